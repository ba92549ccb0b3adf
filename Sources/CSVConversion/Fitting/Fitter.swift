// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats

/// Learns from a table which features its columns have.
struct Fitter {
  let table: CSVTable
  let options: EncoderOptions
  let pool: WorkerPool

  /// The other tables that will be encoded; only relations need to know them.
  let others: [CSVTable]

  /// Reads the table, more than once only when the content of a column belies its first rows.
  func fit() throws -> Encoder {
    precondition((0...1).contains(options.firstFeature) && options.minimumCount >= 1)
    var assignment = try RoleAssignment(options, table: table)
    var target = try self.target(assignment)
    var columns: [FittedColumn]
    var rowCount: Int
    var isRevised: Bool
    repeat {
      isRevised = false
      let workers = try collect(assignment, target: target)
      columns = []
      rowCount = workers.reduce(0) { $0 + $1.rowCount }
      guard rowCount > 0 else {
        throw FormatError(
          path: table.path, found: "there are no rows to learn from", expected: "at least one")
      }
      for column in table.columns.indices {
        let parts = workers.map { $0.collectors[column] }
        let values = Self.values(parts)
        let name = table.columns[column]
        let isGuessed = assignment.isGuessed[column]
        if isGuessed, let role = Self.role(seenBy: parts, values: values, name: name) {
          if assignment.revise(column, role: role) { isRevised = true }
        }
        if let fitted = try fittedColumn(
          parts, values: values, name: name, role: assignment.roles[column],
          isGuessed: isGuessed)
        {
          columns.append(fitted)
        }
        if assignment.roles[column] == .target { try complete(&target, parts) }
      }
    } while isRevised
    columns += try implicitColumns(beside: columns)
    let ignored = table.columns.indices.filter { assignment.roles[$0] == .ignored }.map {
      Schema.IgnoredColumn(
        name: table.columns[$0], reason: assignment.reasons[$0] ?? "as told")
    }
    var numbering = FeatureNumbering(options: options, columns: columns)
    try numbering.planRelations(tables: [table] + others)
    var encoder = try numbering.encoder(
      schema: Schema(
        hasHeader: table.format.hasHeader, skipsInitialSpace: table.format.skipsInitialSpace,
        missing: options.missing, unknown: options.unknown, firstFeature: options.firstFeature,
        featureCount: 0, mainFeatureCount: 0, rowCount: rowCount, target: target,
        columns: [], ignoredColumns: ignored), path: table.path)
    try encoder.gatherImplicitSets(from: table, pool: pool)
    return encoder
  }

  // MARK: The pass

  private func collect(
    _ assignment: RoleAssignment, target: Schema.Target?
  ) throws -> [FittingWorker] {
    do {
      return try BlockPass(table: table, pool: pool).run(
        state: { _ in
          FittingWorker(
            table.columns.indices.map { collector($0, assignment, target: target) })
        },
        work: { worker, cells in worker.collect(cells) })
    } catch let error as FormatError {
      if let better = try TargetDiagnosis(table: table, pool: pool, missing: options.missing)
        .error(for: target, instead: error)
      {
        throw better
      }
      throw error
    }
  }

  private func collector(
    _ column: Int, _ assignment: RoleAssignment, target: Schema.Target?
  ) -> any ColumnCollector {
    let missing = options.missing
    let name = table.columns[column]
    switch assignment.roles[column] {
    case .category: return ValueCollector(missing: missing)
    case .hashed(let bits, let seed):
      return HashCollector(missing: missing, hash: FeatureHash(bits: bits, seed: seed))
    case .set(let separator, _):
      return SetCollector(
        missing: missing,
        items: SetItems(separator: separator, trimsBlanks: table.format.skipsInitialSpace))
    case .date(let parts): return DateCollector(missing: missing, parts: parts, name: name)
    case .number(.bins): return BinCollector(missing: missing, name: name)
    case .number(let transform):
      return NumberCollector(
        missing: missing, transform: transform, name: name,
        isGuess: assignment.isGuessed[column])
    case .target:
      guard let target else { return EmptyCollector() }
      return TargetCollector(TargetEncoding(target, missing: missing))
    case .ignored, .implicit: return EmptyCollector()
    }
  }

  /// The role of a guessed column by all of its cells; nil when they have not been looked at.
  private static func role(
    seenBy parts: [any ColumnCollector], values: ValueCounts?, name: String
  ) -> ColumnRole? {
    if let parts = parts as? [NumberCollector] {
      if parts.contains(where: \.hasText) { return .category }
      return NumberCollector.joined(parts).count == 0 ? .ignored : .number(.standardize)
    }
    return parts is [ValueCollector] ? values?.content.role(name: name) : nil
  }

  // MARK: The target

  private func target(_ assignment: RoleAssignment) throws(FormatError) -> Schema.Target? {
    guard let column = assignment.roles.firstIndex(of: .target) else {
      guard options.allowsMissingTarget else {
        throw FormatError(
          path: table.path, found: "no column is named as the target",
          advice: "name it (--target), or write 0 for all rows (--allow-missing-target)")
      }
      return nil
    }
    if options.positive != nil, options.targetTransform != .none {
      throw FormatError(
        path: table.path, found: "a two-valued target has no logarithm",
        advice: "use either --positive or --target-transform")
    }
    return Schema.Target(
      name: table.columns[column], transform: options.targetTransform,
      positive: options.positive, negative: nil, allowsMissing: options.allowsMissingTarget)
  }

  /// Finds the other value of a two-valued target.
  private func complete(
    _ target: inout Schema.Target?, _ parts: [any ColumnCollector]
  ) throws(FormatError) {
    guard let parts = parts as? [TargetCollector], let positive = target?.positive else { return }
    let counts = ValueCounts(parts.map(\.values), joinsIntegers: true)
    let values = TargetValues(counts)
    let positiveText = Array(positive.utf8).withUnsafeBufferPointer { bytes in
      let canonical = counts.isInteger ? CellNumber.withoutZeroFraction(bytes) : bytes
      return String(decoding: canonical, as: UTF8.self)
    }
    guard values.texts.contains(positiveText), values.texts.count <= 2 else {
      let name = target?.name ?? ""
      throw FormatError(
        path: table.path,
        found: values.texts.count > 2
          ? "the target '\(name)' has more than two values: \(values.list)"
          : "the target '\(name)' never is '\(positive)'; its values are \(values.list)",
        expected: "two values, one of them '\(positive)'")
    }
    target?.negative = values.texts.first { $0 != positiveText }
  }

  // MARK: What was found

  private func fittedColumn(
    _ parts: [any ColumnCollector], values: ValueCounts?, name: String, role: ColumnRole,
    isGuessed: Bool
  ) throws -> FittedColumn? {
    var column = Schema.Column(name: name, role: role, isGuessed: isGuessed)
    switch role {
    case .target, .ignored, .implicit: return nil
    case .category, .set, .date:
      // A revised column has been looked at in another role; it will be looked at again.
      guard let values else { return nil }
      column.isInteger = values.isInteger
      column.distinctCount = values.dictionary.count
      column.missingCount = values.missingCount
    case .hashed:
      guard let parts = parts as? [HashCollector] else { return nil }
      column.occupiedPlaces = HashCollector.joined(parts)
      column.missingCount = parts.reduce(0) { $0 + $1.missingCount }
    case .number(.bins(let count)):
      guard let parts = parts as? [BinCollector] else { return nil }
      let numbers = BinCollector.joined(parts)
      column.binBorders = Quantiles.innerBorders(of: numbers, binCount: count)
      column.distinctCount = numbers.count
      column.missingCount = parts.reduce(0) { $0 + $1.missingCount }
    case .number(let transform):
      guard let parts = parts as? [NumberCollector] else { return nil }
      column.scaling = NumberScaling(transform, NumberCollector.joined(parts))
      column.missingCount = parts.reduce(0) { $0 + $1.missingCount }
    }
    return FittedColumn(column: column, values: column.distinctCount == nil ? nil : values)
  }

  /// The distinct values of a column that all workers saw; nil if these were not collected.
  private static func values(_ parts: [any ColumnCollector]) -> ValueCounts? {
    switch parts {
    case let parts as [ValueCollector]:
      ValueCounts(
        parts.map(\.values), joinsIntegers: true,
        missingCount: parts.reduce(0) { $0 + $1.missingCount })
    case let parts as [SetCollector]:
      ValueCounts(
        parts.map(\.values), joinsIntegers: false,
        missingCount: parts.reduce(0) { $0 + $1.missingCount })
    case let parts as [DateCollector]:
      ValueCounts(
        parts.map(\.values), joinsIntegers: false,
        missingCount: parts.reduce(0) { $0 + $1.missingCount })
    default: nil
    }
  }

  private func implicitColumns(beside columns: [FittedColumn]) throws -> [FittedColumn] {
    var pairs: [FittedColumn] = []
    for pair in options.implicitPairs {
      let key = table.columns[try table.column(pair.key)]
      let items = table.columns[try table.column(pair.items)]
      for (name, isKey) in [(key, true), (items, false)] {
        let isUsable = columns.contains {
          $0.column.name == name && (isKey ? $0.column.role.isSingleCategory : $0.isCategorical)
        }
        guard isUsable else {
          throw FormatError(
            path: table.path, found: "column '\(name)' is not a category",
            expected: "categories on both sides of --implicit",
            advice: "name it with --categorical")
        }
      }
      var name = "\(key):\(items)"
      while table.columns.contains(name) { name += " (implicit)" }
      let column = Schema.Column(name: name, role: .implicit(key: key, items: items))
      if !pairs.contains(where: { $0.column.name == name }) {
        pairs.append(FittedColumn(column: column, values: nil))
      }
    }
    return pairs
  }
}

/// What one worker gathers.
private final class FittingWorker {
  let collectors: [any ColumnCollector]
  var rowCount = 0

  init(_ collectors: [any ColumnCollector]) {
    self.collectors = collectors
  }

  func collect(_ cells: CellTable) -> BlockError? {
    rowCount += cells.rowCount
    var error: BlockError?
    for (column, collector) in collectors.enumerated() {
      error = .first(error, collector.collect(cells, column: column))
    }
    return error
  }
}
