// SPDX-License-Identifier: Apache-2.0

@testable import FactorizationMachines

/// A matrix as plain arrays, to hold the readers and writers against.
struct NaiveMatrix: Equatable {
  /// An entry whose value is compared by its bits.
  struct Entry: Hashable {
    var id: UInt32
    var bits: UInt32

    init(_ id: UInt32, _ value: Float) {
      self.id = id
      bits = value.bitPattern
    }

    var value: Float { Float(bitPattern: bits) }
  }

  var rows: [[Entry]]
  var columnCount: Int

  init(rows: [[Entry]], columnCount: Int) {
    self.rows = rows
    self.columnCount = columnCount
  }

  init(_ matrix: SparseMatrix) {
    rows = (0..<matrix.rowCount).map { matrix[$0].map { Entry($0.id, $0.value) } }
    columnCount = matrix.columnCount
  }

  /// A random matrix of `width` entries in each row, or in ragged ones at most that many.
  init(
    rowCount: Int, columnCount: Int, width: Int, isRagged: Bool, hasValues: Bool,
    using random: inout SplitMix64
  ) {
    self.columnCount = columnCount
    rows = []
    for _ in 0..<rowCount {
      let count = columnCount == 0 ? 0 : isRagged ? random.below(width + 1) : width
      rows.append(
        (0..<count).map { _ in
          Entry(
            UInt32(random.below(columnCount)),
            hasValues ? Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) : 1)
        })
    }
  }

  var entryCount: Int { rows.reduce(0) { $0 + $1.count } }

  /// Rows and columns exchanged; a column's entries in the order of the rows.
  var transposed: NaiveMatrix {
    var columns: [[Entry]] = Array(repeating: [], count: columnCount)
    for (row, entries) in rows.enumerated() {
      for entry in entries { columns[Int(entry.id)].append(Entry(UInt32(row), entry.value)) }
    }
    return NaiveMatrix(rows: columns, columnCount: rows.count)
  }

  /// The entries of each row in ascending order of ids, repeated ids in the order they had.
  var sortedByID: NaiveMatrix { transposed.transposed }

  /// The matrix file.
  var file: [UInt8] {
    var words: [UInt32] = [2, 4]
    words += [UInt32(truncatingIfNeeded: entryCount), UInt32(entryCount >> 32)]
    words += [UInt32(rows.count), UInt32(columnCount)]
    for entries in rows {
      words.append(UInt32(entries.count))
      for entry in entries { words += [entry.id, entry.bits] }
    }
    return words.bytes
  }

  func matrix() throws -> SparseMatrix {
    try SparseMatrix(
      rows: rows.map { $0.map { (id: $0.id, value: $0.value) } }, columnCount: columnCount)
  }
}

extension [UInt32] {
  /// The numbers as they stand in a file.
  var bytes: [UInt8] {
    flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }
}

extension [UInt8] {
  /// The bytes of hexadecimal digits; blanks and line ends do not count.
  init(hex: String) {
    let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
    self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }
}
