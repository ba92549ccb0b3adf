// SPDX-License-Identifier: Apache-2.0

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
}

/// The bits of the value 1.
private let one: UInt32 = 0x3F80_0000
