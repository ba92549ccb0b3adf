// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// Looks at a target column that turned out not to be numeric.
struct TargetDiagnosis {
  let table: CSVTable
  let pool: WorkerPool
  let missing: MissingValues

  /// A message that lists the two values of the target, if it has but two.
  func error(
    for target: Schema.Target?, instead error: FormatError
  ) throws -> FormatError? {
    guard let target, target.positive == nil,
      let column = table.columns.firstIndex(of: target.name)
    else { return nil }
    let collectors: [ValueCollector]
    do {
      collectors = try BlockPass(table: table, pool: pool).run(
        state: { _ in ValueCollector(missing: missing) },
        work: { collector, cells in
          collector.values.count > TargetValues.mostListed
            ? nil : collector.collect(cells, column: column)
        })
    } catch is FormatError {
      return nil
    }
    let counts = ValueCounts(collectors.map(\.values), joinsIntegers: true)
    let values = TargetValues(counts)
    guard counts.content.contains(.text), values.texts.count <= 2 else { return nil }
    return FormatError(
      path: table.path, line: error.line, column: error.column,
      found: "the target '\(target.name)' is text with the values \(values.list)",
      expected: "numbers, or two values of which one is named as the positive one",
      advice: "add " + values.texts.map { "--positive '\($0)'" }.joined(separator: " or "))
  }
}
