// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// The size of a data set or matrix, as libFM prints it in one line.
public struct DataSummary: Sendable, Hashable {
  /// The number of cases.
  public var caseCount: Int

  /// The number of entries.
  public var entryCount: Int

  /// The number of features.
  public var featureCount: Int

  /// Joins the numbers.
  public init(caseCount: Int, entryCount: Int, featureCount: Int) {
    self.caseCount = caseCount
    self.entryCount = entryCount
    self.featureCount = featureCount
  }

  /// The numbers of a matrix.
  public init(_ matrix: SparseMatrix) {
    self.init(
      caseCount: matrix.rowCount, entryCount: matrix.entryCount, featureCount: matrix.columnCount)
  }

  /// The line for text, without its end; the targets' range is left out if there are none.
  public func textLine(targets: TargetRange?) -> String {
    "num_rows=\(caseCount)\tnum_values=\(entryCount)\tnum_features=\(featureCount)"
      + Self.text(of: targets)
  }

  /// The line for binary data, without its end: the number of entries is printed with 32 bits.
  public func binaryLine(targets: TargetRange?) -> String {
    "num_cases=\(caseCount)\tnum_values=\(UInt32(truncatingIfNeeded: entryCount))"
      + "\tnum_features=\(featureCount)" + Self.text(of: targets)
  }

  private static func text(of targets: TargetRange?) -> String {
    guard let targets else { return "" }
    return "\tmin_target=\(GeneralFormat.text(Double(targets.lower)))"
      + "\tmax_target=\(GeneralFormat.text(Double(targets.upper)))"
  }
}
