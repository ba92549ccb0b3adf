// SPDX-License-Identifier: Apache-2.0

extension FormatError {
  /// Describes an error at a byte of a binary file, counted from 0.
  init(path: String, byte: Int, found: String, expected: String = "", advice: String = "") {
    self.init(
      path: path, found: "byte \(byte): \(found)", expected: expected, advice: advice)
  }
}
