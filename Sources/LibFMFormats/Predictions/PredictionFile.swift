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
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(
    _ predictions: AlignedBuffer<Double>, to path: String,
    digits: Int = GeneralFormat.standardDigits, numbersPerLine: Int = 1
  ) throws(FormatError) {
    let file = try WholeFile(path)
    let start = predictions.base
    defer { withExtendedLifetime(predictions) {} }
    var column = 0
    for index in 0..<predictions.count {
      try file.write(start[index], digits: digits)
      column += 1
      if column == numbersPerLine { column = 0 }
      try file.write(byte: column == 0 ? Ascii.lineFeed : Ascii.tab)
    }
    try file.commit()
  }
}
