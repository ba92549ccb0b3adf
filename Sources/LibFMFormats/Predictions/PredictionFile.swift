// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// The predictions of a run: one number a line, in the order of the cases.
public enum PredictionFile {
  /// Writes predictions to a file.
  ///
  /// - Parameters:
  ///   - predictions: a prediction for each case.
  ///   - path: the file, which appears when all is written; see ``WholeFile``.
  ///   - digits: the number of significant digits, from 1 to 17.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(
    _ predictions: AlignedBuffer<Double>, to path: String,
    digits: Int = GeneralFormat.standardDigits
  ) throws(FormatError) {
    let file = try WholeFile(path)
    let start = predictions.base
    defer { withExtendedLifetime(predictions) {} }
    for row in 0..<predictions.count {
      try file.write(start[row], digits: digits)
      try file.write(byte: Ascii.lineFeed)
    }
    try file.commit()
  }
}
