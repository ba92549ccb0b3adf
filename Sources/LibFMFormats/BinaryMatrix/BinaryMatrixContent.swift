// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// What the entries of a piece have in common.
struct BinaryMatrixContent {
  /// The greatest id; 0 without entries.
  var largestID: UInt32 = 0

  /// Whether some value is not 1.
  var hasValues = false

  /// Whether the ids of each row ascend or repeat.
  var ascends = true
}

extension BinaryMatrixPiece {
  /// Looks at all entries.
  func content(of words: UnsafePointer<UInt32>) -> BinaryMatrixContent {
    var largestID: UInt32 = 0
    var difference: UInt32 = 0
    var ascends = true
    forEachRow(of: words) { _, entries, count in
      var previous: UInt32 = 0
      for entry in 0..<count {
        let id = UInt32(littleEndian: entries[2 &* entry])
        ascends = ascends && id >= previous
        previous = id
        largestID = max(largestID, id)
        difference |= UInt32(littleEndian: entries[2 &* entry &+ 1]) ^ one
      }
    }
    return BinaryMatrixContent(
      largestID: largestID, hasValues: difference != 0, ascends: ascends)
  }

  /// Copies the ids and the ends of the rows to their places in the arrays of all rows.
  func copyIDs(
    from words: UnsafePointer<UInt32>, to ids: UnsafeMutablePointer<UInt32>,
    offsets: UnsafeMutablePointer<Int>?
  ) -> BinaryMatrixContent {
    var largestID: UInt32 = 0
    var difference: UInt32 = 0
    var end = firstEntry
    forEachRow(of: words) { row, entries, count in
      for entry in 0..<count {
        let id = UInt32(littleEndian: entries[2 &* entry])
        ids[end &+ entry] = id
        largestID = max(largestID, id)
        difference |= UInt32(littleEndian: entries[2 &* entry &+ 1]) ^ one
      }
      end &+= count
      if let offsets { offsets[row &+ 1] = end }
    }
    return BinaryMatrixContent(largestID: largestID, hasValues: difference != 0)
  }

  /// Copies the values to their places in the array of all values.
  func copyValues(
    from words: UnsafePointer<UInt32>, to values: UnsafeMutablePointer<Float>
  ) {
    var next = values + firstEntry
    forEachRow(of: words) { _, entries, count in
      for entry in 0..<count {
        next[entry] = Float(bitPattern: UInt32(littleEndian: entries[2 &* entry &+ 1]))
      }
      next += count
    }
  }

  /// Writes ones to the places of the values in the array of all values.
  func fillOnes(in values: UnsafeMutablePointer<Float>) {
    (values + firstEntry).update(repeating: 1, count: entryCount)
  }
}

extension BinaryMatrixFile {
  /// Looks at all pieces, shared out among the workers, and checks their ids.
  ///
  /// - Parameters:
  ///   - pieces: the pieces of the file.
  ///   - pool: the workers.
  ///   - look: finds out what a piece holds; for each piece once.
  /// - Returns: what `look` found, piece by piece.
  /// - Throws: ``FormatError`` for the first id in the file that is no column.
  func contents(
    of pieces: [BinaryMatrixPiece], pool: WorkerPool,
    _ look: (BinaryMatrixPiece, UnsafePointer<UInt32>) -> BinaryMatrixContent
  ) throws(FormatError) -> [BinaryMatrixContent] {
    try withWords { words throws(FormatError) in
      nonisolated(unsafe) let words = words
      var contents = Array(repeating: BinaryMatrixContent(), count: pieces.count)
      contents.withUnsafeMutableBufferPointer { contents in
        nonisolated(unsafe) let contents = contents
        pool.forEachRange(of: pieces.count) { range in
          for index in range { contents[index] = look(pieces[index], words) }
        }
      }
      for (piece, content) in zip(pieces, contents)
      where piece.entryCount > 0 && Int(content.largestID) >= header.columnCount {
        throw idOutOfRange(in: piece, words)
      }
      return contents
    }
  }
}

/// The bits of the value 1.
private let one: UInt32 = 0x3F80_0000
