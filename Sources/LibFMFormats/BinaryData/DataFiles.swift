// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How a method goes through a matrix, and so which binary file it needs.
public enum MatrixOrientation: Sendable, Hashable {
  /// Row by row: `.x`.
  case rows

  /// Column by column: `.xt`.
  case columns
}

/// The files in which the data of a path are.
public enum DataFiles: Sendable, Hashable {
  /// The text file of that path.
  case text(path: String)

  /// Binary files beside it.
  case binary(matrix: String, targets: String)

  /// Chooses as libFM does: binary files with the older endings `.data` (or `.datat`) and `.target`, else
  /// those with `.x` (or `.xt`) and `.y`, else the text; those which can be opened.
  ///
  /// - Throws: ``FormatError`` when there is neither a text nor the binary file that is needed, but the
  ///   one of the other orientation.
  public init(path: String, orientation: MatrixOrientation) throws(FormatError) {
    let generations =
      orientation == .rows
      ? [(".data", ".target"), (".x", ".y")] : [(".datat", ".target"), (".xt", ".y")]
    for (matrix, targets) in generations
    where Self.canBeRead(path + matrix) && Self.canBeRead(path + targets) {
      self = .binary(matrix: path + matrix, targets: path + targets)
      return
    }
    let (wanted, other) = orientation == .rows ? (".x", ".xt") : (".xt", ".x")
    // A pipe must not be opened to look whether it is there: its writer would lose the reader.
    guard !Self.canBeRead(path + other) || Self.canBeRead(path) else {
      throw FormatError(
        path: path + wanted, found: "cannot be opened: \(SystemMessage.text(for: ENOENT))",
        advice: "make it from \(path + other) with: "
          + "transpose -ifile \(path + other) -ofile \(path + wanted)")
    }
    self = .text(path: path)
  }

  /// Whether a file can be opened for reading.
  static func canBeRead(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }
}
