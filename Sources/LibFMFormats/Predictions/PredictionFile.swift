// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// The predictions of a run: one number a line, in the order of the cases; or several, separated by tabs.
public enum PredictionFile {
  /// Writes predictions to a file.
  ///
  /// - Parameters:
  ///   - predictions: a prediction for each case, or `numbersPerLine`.
  ///   - path: the file, which appears when all is written; see ``WholeFile``.
  ///   - digits: the number of significant digits, from 1 to 17.
  ///   - numbersPerLine: how many numbers each case has.
  ///   - pool: the workers to share the work; the bytes are the same for any number of them.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(
    _ predictions: AlignedBuffer<Double>, to path: String,
    digits: Int = GeneralFormat.standardDigits, numbersPerLine: Int = 1,
    pool: WorkerPool = WorkerPool(workerCount: 1)
  ) throws(FormatError) {
    let file = try WholeFile(path)
    defer { withExtendedLifetime(predictions) {} }
    try NumberRows(
      values: predictions.base, rowCount: predictions.count / numbersPerLine,
      columnCount: numbersPerLine, stride: numbersPerLine, separator: Ascii.tab, digits: digits
    ).write(to: file, pool: pool)
    try file.commit()
  }
}
