// SPDX-License-Identifier: Apache-2.0

/// Cases to learn from or to predict: a design matrix and a target for each row.
public struct Dataset: Sendable {
  /// The features of the cases, one row a case.
  public var matrix: SparseMatrix

  /// The targets, one a case; the buffer may be longer than the number of cases.
  public var targets: AlignedBuffer<Float>

  /// The range of the targets as they were given, before any mapping to classes.
  public var targetRange: TargetRange

  /// The weights of the cases, by which their losses are multiplied, one a case; nil when all are 1.
  ///
  /// The buffer may be longer than the number of cases.
  public var caseWeights: AlignedBuffer<Double>?

  /// Joins a matrix and its targets.
  ///
  /// - Precondition: there is a target for every row, and a weight if there are any.
  public init(
    matrix: SparseMatrix, targets: AlignedBuffer<Float>, targetRange: TargetRange,
    caseWeights: AlignedBuffer<Double>? = nil
  ) {
    precondition(targets.count >= matrix.rowCount)
    precondition((caseWeights?.count ?? .max) >= matrix.rowCount)
    self.matrix = matrix
    self.targets = targets
    self.targetRange = targetRange
    self.caseWeights = caseWeights
  }

  /// Makes a data set from arrays.
  ///
  /// - Parameters:
  ///   - rows: the `(feature, value)` entries of each case.
  ///   - targets: a target for each case; for classification positive or not.
  ///   - featureCount: the number of features; by default the greatest id plus one.
  /// - Precondition: there are as many targets as rows, and every id is below `featureCount`.
  /// - Throws: ``OutOfMemoryError``.
  public init(
    rows: [[(id: UInt32, value: Float)]], targets: [Float], featureCount: Int? = nil
  )
    throws(OutOfMemoryError)
  {
    precondition(rows.count == targets.count)
    self.init(
      matrix: try SparseMatrix(rows: rows, columnCount: featureCount),
      targets: try AlignedBuffer(targets),
      targetRange: targets.reduce(into: TargetRange()) { $0.include($1) })
  }

  /// The number of cases.
  public var caseCount: Int { matrix.rowCount }

  /// The number of features: the greatest id plus one, or 0 without any entry.
  public var featureCount: Int { matrix.columnCount }

  /// The data set with targets mapped to the two classes: 0 and below becomes −1, all else +1.
  ///
  /// - Throws: ``OutOfMemoryError``.
  public func withBinaryTargets() throws(OutOfMemoryError) -> Dataset {
    let classes = try AlignedBuffer<Float>(count: caseCount)
    for row in 0..<caseCount {
      classes.base[row] = targets.base[row] <= 0 ? -1 : 1
    }
    return Dataset(
      matrix: matrix, targets: classes, targetRange: targetRange, caseWeights: caseWeights)
  }
}

/// The smallest and the greatest target of a data set.
///
/// A NaN replaces both bounds, and the next ordinary target replaces the NaN, as in libFM.
public struct TargetRange: Sendable, Equatable {
  /// The smallest target; the greatest finite `Float` as long as there is none.
  public var lower: Float = .greatestFiniteMagnitude

  /// The greatest target; the least finite `Float` as long as there is none.
  public var upper: Float = -.greatestFiniteMagnitude

  /// The range of no target at all.
  public init() {}

  /// The range from `lower` to `upper`.
  public init(lower: Float, upper: Float) {
    self.lower = lower
    self.upper = upper
  }

  /// Widens the range so that it holds `target`.
  public mutating func include(_ target: Float) {
    lower = lower < target ? lower : target
    upper = upper > target ? upper : target
  }
}
