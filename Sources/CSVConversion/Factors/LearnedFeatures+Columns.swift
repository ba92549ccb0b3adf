// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines
import LibFMFormats

extension LearnedFeatures {
  /// Copies a table with `NAME_fm_bias` and `NAME_fm_factor_0` … added for each of some columns: what the
  /// machine has learned about the category in each row.
  ///
  /// The fields are empty where the category has no feature, or none that the machine knows.
  ///
  /// - Parameters:
  ///   - table: the rows.
  ///   - names: the columns; nil for all categories.
  ///   - pool: who works.
  ///   - send: receives the text in order.
  /// - Throws: `FormatError` when a column is no category of the encoder, or a row cannot be read, and
  ///   what `send` throws.
  public func writeColumns(
    besides table: CSVTable, of names: [String]? = nil, pool: WorkerPool,
    to send: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let columns = try categories(names, path: table.path)
    let factorCount = machine.shape.factorCount
    let added = columns.flatMap { index in
      let name = encoder.schema.columns[index].name
      return ["\(name)_fm_bias"] + (0..<factorCount).map { "\(name)_fm_factor_\($0)" }
    }
    let plan = try RowPlan(encoder, table: table, columns: columns, withTarget: false)
    let separator = String(UnicodeScalar(table.format.separator))
    let empty = String(repeating: separator, count: 1 + factorCount)
    try TableCopy(table, names: added, pool: pool).run(
      state: { plan.makeEncoder() },
      prepare: { encoder, cells in encoder.encode(cells) },
      append: { encoder, row, text in
        for output in encoder.outputs {
          let feature = output.ids.base[row]
          guard feature != EncodedColumn.none, has(Int(feature)) else {
            text.append(empty)
            continue
          }
          text.append(separator)
          text.append(
            separator == ","
              ? fields(of: Int(feature))
              : fields(of: Int(feature)).split(separator: ",").joined(separator: separator))
        }
      },
      to: send)
  }

  private func categories(_ names: [String]?, path: String) throws(FormatError) -> [Int] {
    let columns = encoder.schema.columns
    guard let names else {
      return columns.indices.filter { columns[$0].role.isSingleCategory }
    }
    var indices: [Int] = []
    for name in names {
      guard let index = columns.firstIndex(where: { $0.name == name }),
        columns[index].role.isSingleCategory
      else {
        let known = columns.filter(\.role.isSingleCategory).map { "'\($0.name)'" }
        throw FormatError(
          path: path, found: "column '\(name)' is no category of the encoder",
          expected: "one of \(known.joined(separator: ", "))")
      }
      indices.append(index)
    }
    return indices
  }
}
