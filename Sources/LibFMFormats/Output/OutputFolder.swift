// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Folders for output.
public enum OutputFolder {
  /// Makes a folder with those that lead to it; one that exists is fine.
  ///
  /// - Throws: `FormatError` when that fails.
  public static func make(_ path: String) throws(FormatError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FormatError(path: path, found: "this is a file", expected: "a folder")
      }
      return
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try make(String(path[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw FormatError(
        path: path, found: "the folder cannot be made: \(SystemMessage.last)")
    }
  }
}
