// SPDX-License-Identifier: Apache-2.0

/// Marks the places that the values of a hashed column take.
final class HashCollector: ColumnCollector {
  /// A bit for each place.
  private var occupied: [UInt64]
  private(set) var missingCount = 0
  private let missing: MissingValues
  private let hash: FeatureHash

  init(missing: MissingValues, hash: FeatureHash) {
    self.missing = missing
    self.hash = hash
    occupied = Array(repeating: 0, count: (hash.placeCount + 63) / 64)
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      if missing.contains(cell) {
        missingCount &+= 1
      } else {
        let place = hash.place(of: CellNumber.withoutZeroFraction(cell))
        occupied[place / 64] |= 1 << UInt64(place % 64)
      }
    }
    return nil
  }

  /// How many places were taken by what all workers saw.
  static func joined(_ collectors: [HashCollector]) -> Int {
    collectors[0].occupied.indices.reduce(0) { count, word in
      count + collectors.reduce(0) { $0 | $1.occupied[word] }.nonzeroBitCount
    }
  }
}
