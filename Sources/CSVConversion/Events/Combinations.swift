// SPDX-License-Identifier: Apache-2.0

/// Combinations of values of several columns and how often each occurs.
struct Combinations {
  /// The values of each column.
  let columns: [ByteDictionary]

  /// The combinations: the numbers of the values, four bytes each.
  let tuples = ByteDictionary()

  init(columns: [ByteDictionary]) {
    self.columns = columns
  }

  /// Counts a combination, given by the numbers of its values.
  func add(_ ids: [UInt32], occurrences: Int) {
    Self.withBytes(ids) { _ = tuples.add($0, at: 0, occurrences: occurrences) }
  }

  /// How often a combination occurs.
  func occurrences(_ ids: [UInt32]) -> Int {
    Self.withBytes(ids) { tuples.find($0) }.map(tuples.occurrences) ?? 0
  }

  /// The numbers of the values of a combination.
  func ids(of entry: Int) -> [UInt32] {
    let bytes = UnsafeRawBufferPointer(tuples.text(entry))
    return columns.indices.map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
  }

  /// The values of a combination.
  func values(of entry: Int) -> [UnsafeBufferPointer<UInt8>] { values(of: ids(of: entry)) }

  /// The values with these numbers.
  func values(of ids: [UInt32]) -> [UnsafeBufferPointer<UInt8>] {
    zip(columns, ids).map { $0.text(Int($1)) }
  }

  /// The combinations with `196.0` counted as `196` in columns of whole numbers.
  func joiningIntegers() -> Combinations {
    var isChanged = false
    var maps: [[UInt32]] = []
    var joined: [ByteDictionary] = []
    for column in columns {
      let texts = (0..<column.count).map { CellNumber.withoutZeroFraction(column.text($0)) }
      let isInteger = texts.allSatisfy { $0.isEmpty || CellNumber.isInteger($0) }
      guard isInteger, texts.indices.contains(where: { texts[$0].count < column.text($0).count })
      else {
        maps.append((0..<UInt32(column.count)).map { $0 })
        joined.append(column)
        continue
      }
      isChanged = true
      let merged = ByteDictionary(minimumCapacity: column.count)
      maps.append(texts.map { UInt32(merged.add($0, at: 0)) })
      joined.append(merged)
    }
    guard isChanged else { return self }
    let result = Combinations(columns: joined)
    for entry in 0..<tuples.count {
      result.add(
        zip(maps, ids(of: entry)).map { $0[Int($1)] }, occurrences: tuples.occurrences(entry))
    }
    return result
  }

  private static func withBytes<Result>(
    _ ids: [UInt32], _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    ids.withUnsafeBytes { bytes in bytes.withMemoryRebound(to: UInt8.self, body) }
  }
}
