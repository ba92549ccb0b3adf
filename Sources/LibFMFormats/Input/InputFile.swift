// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that is to be read later.
public enum InputFile {
  /// Checks that a file is there and may be read, without opening it.
  ///
  /// - Throws: ``FormatError`` that says why it cannot.
  public static func checkReadable(_ path: String) throws(FormatError) {
    guard access(path, R_OK) == 0 else {
      throw FormatError(path: path, found: "cannot be opened: \(SystemMessage.last)")
    }
  }
}
