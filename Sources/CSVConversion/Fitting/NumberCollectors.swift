// SPDX-License-Identifier: Apache-2.0

/// Gathers the moments of a column of numbers, block by block so that their sum does not depend on who
/// read which block.
final class NumberCollector: ColumnCollector {
  private(set) var blocks: [(index: Int, moments: Moments)] = []
  private(set) var missingCount = 0

  /// Whether a cell was seen that is no number; only if the role is a guess, else it is an error.
  private(set) var hasText = false

  private let missing: MissingValues
  private let transform: NumericTransform
  private let name: String
  private let isGuess: Bool

  init(missing: MissingValues, transform: NumericTransform, name: String, isGuess: Bool) {
    self.missing = missing
    self.transform = transform
    self.name = name
    self.isGuess = isGuess
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    if hasText { return nil }
    var moments = Moments()
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      if missing.contains(cell) {
        missingCount &+= 1
        continue
      }
      if isGuess, CellNumber.isCode(cell) || CellNumber.value(cell) == nil {
        hasText = true
        return nil
      }
      do throws(BlockError) {
        let value = try CellErrors.number(
          cell, offset: cells.offset(row: row, column: column), column: name,
          isLogarithmic: transform == .log1p)
        moments.add(value)
      } catch {
        return error
      }
    }
    blocks.append((cells.blockIndex, moments))
    return nil
  }

  /// The moments of what all workers saw.
  static func joined(_ collectors: [NumberCollector]) -> Moments {
    collectors.flatMap(\.blocks).sorted { $0.index < $1.index }
      .reduce(into: Moments()) { $0.join($1.moments) }
  }
}

/// Counts the distinct numbers of a column.
final class BinCollector: ColumnCollector {
  let numbers = ByteDictionary()
  private(set) var missingCount = 0
  private let missing: MissingValues
  private let name: String

  init(missing: MissingValues, name: String) {
    self.missing = missing
    self.name = name
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      if missing.contains(cell) {
        missingCount &+= 1
        continue
      }
      do throws(BlockError) {
        let value = try CellErrors.number(
          cell, offset: cells.offset(row: row, column: column), column: name)
        // Zero has two signs; the sum has but one.
        var bits = (value + 0).bitPattern.littleEndian
        withUnsafeBytes(of: &bits) { bytes in
          bytes.withMemoryRebound(to: UInt8.self) { _ = numbers.add($0, at: 0) }
        }
      } catch {
        return error
      }
    }
    return nil
  }

  /// Each number with how often all workers saw it, ascending.
  static func joined(_ collectors: [BinCollector]) -> [(value: Double, occurrences: Int)] {
    let counts = ValueCounts(collectors.map(\.numbers), joinsIntegers: false).dictionary
    return (0..<counts.count).map { entry in
      let bits = UnsafeRawBufferPointer(counts.text(entry)).loadUnaligned(as: UInt64.self)
      return (Double(bitPattern: UInt64(littleEndian: bits)), counts.occurrences(entry))
    }
    .sorted { $0.value < $1.value }
  }
}
