// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

/// Checks the targets of the fitting rows.
final class TargetCollector: ColumnCollector {
  /// The distinct values of a two-valued target, as long as there are not too many.
  let values = ByteDictionary()
  private(set) var missingCount = 0
  private let encoding: TargetEncoding

  init(_ encoding: TargetEncoding) {
    self.encoding = encoding
  }

  func collect(_ cells: CellTable, column: Int) -> BlockError? {
    for row in 0..<cells.rowCount {
      let cell = cells.bytes(row: row, column: column)
      let offset = cells.offset(row: row, column: column)
      if encoding.positive != nil, !encoding.missing.contains(cell) {
        if values.count <= TargetValues.mostListed {
          values.add(cell, at: position(block: cells.blockIndex, offset: offset))
        }
        continue
      }
      do throws(BlockError) {
        if try encoding.value(cell, offset: offset) == nil { missingCount += 1 }
      } catch {
        return error
      }
    }
    return nil
  }
}

/// The distinct values of a target column, for messages.
struct TargetValues {
  /// More than so many values are not listed.
  static let mostListed = 10

  /// The values in the order of their first appearance.
  let texts: [String]

  init(_ counts: ValueCounts) {
    texts = counts.order.prefix(Self.mostListed + 1).map { counts.dictionary.string($0) }
  }

  /// The values as a message lists them.
  var list: String {
    let shown = texts.prefix(Self.mostListed).map { "'\($0)'" }.joined(separator: ", ")
    return texts.count > Self.mostListed ? shown + " …" : shown
  }
}
