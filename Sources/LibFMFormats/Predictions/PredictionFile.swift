// SPDX-License-Identifier: Apache-2.0

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
    _ predictions: UnsafeBufferPointer<Double>, to path: String,
    digits: Int = GeneralFormat.standardDigits
  ) throws(FormatError) {
    let file = try WholeFile(path)
    for prediction in predictions {
      try file.write(prediction, digits: digits)
      try file.write(byte: Ascii.lineFeed)
    }
    try file.commit()
  }

  /// Writes predictions to a file.
  ///
  /// - Parameters:
  ///   - predictions: a prediction for each case.
  ///   - path: the file, which appears when all is written; see ``WholeFile``.
  ///   - digits: the number of significant digits, from 1 to 17.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(
    _ predictions: [Double], to path: String, digits: Int = GeneralFormat.standardDigits
  ) throws(FormatError) {
    let result = predictions.withUnsafeBufferPointer { buffer in
      Result { () throws(FormatError) in try write(buffer, to: path, digits: digits) }
    }
    try result.get()
  }
}
