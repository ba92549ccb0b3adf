// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Where the bytes for a path really go.
enum OutputTarget {
  /// A regular file, there or not yet; symbolic links are followed.
  ///
  /// `existing` is what the system says about the file that is to be replaced.
  case file(path: String, existing: stat?)

  /// A pipe, a device or a socket.
  case device(path: String)

  /// A descriptor that this process already has open, such as `/dev/stdout`.
  case descriptor(CInt)

  /// Finds the target of a path and checks that it can be written; creates nothing.
  ///
  /// - Throws: ``FormatError`` that says why it cannot.
  init(path: String) throws(FormatError) {
    guard !path.isEmpty else {
      throw FormatError(path: "(no file name)", found: "the name of a file to write is empty")
    }
    self = try Self.resolve(path)
    switch self {
    case .file(let target, let existing): try Self.check(target, existing, path: path)
    case .device(let target):
      guard access(target, W_OK) == 0 else {
        throw FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
      }
    case .descriptor(let descriptor):
      guard fcntl(descriptor, F_GETFL) >= 0 else {
        throw FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
      }
    }
  }

  /// Follows symbolic links; not the kernel's links to open descriptors, which lead to the file but not
  /// to the place in it.
  private static func resolve(_ path: String) throws(FormatError) -> OutputTarget {
    var target = path
    for _ in 0..<40 {
      if let descriptor = descriptor(named: target) { return .descriptor(descriptor) }
      var status = stat()
      guard lstat(target, &status) == 0 else {
        guard errno == ENOENT else {
          throw FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
        }
        return .file(path: target, existing: nil)
      }
      switch status.st_mode & S_IFMT {
      case S_IFLNK: target = try destination(ofLink: target, path: path)
      case S_IFREG: return .file(path: target, existing: status)
      case S_IFDIR:
        throw FormatError(path: path, found: "this is a directory", expected: "a file to write")
      default: return .device(path: target)
      }
    }
    throw FormatError(path: path, found: "cannot be written: \(SystemMessage.text(for: ELOOP))")
  }

  /// The descriptor that a path stands for.
  private static func descriptor(named path: String) -> CInt? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for folder in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(folder) {
        return CInt(path.dropFirst(folder.count))
      }
      return nil
    }
  }

  private static func destination(
    ofLink link: String, path: String
  ) throws(FormatError) -> String {
    let capacity = Int(PATH_MAX)
    let destination = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity + 1) {
      buffer -> String? in
      guard let start = buffer.baseAddress else { return nil }
      let length = readlink(link, start, capacity)
      guard length >= 0 else { return nil }
      start[length] = 0
      return String(cString: start)
    }
    guard let destination else {
      throw FormatError(path: path, found: "cannot be written: \(SystemMessage.last)")
    }
    return destination.hasPrefix("/") ? destination : folder(of: link) + destination
  }

  /// The folder of a path up to its last slash; empty for a name alone.
  static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(path[...slash])
  }

  private static func check(
    _ target: String, _ existing: stat?, path: String
  ) throws(FormatError) {
    if let existing {
      // The owner's wish counts for the superuser as well.
      guard existing.st_mode & 0o222 != 0, access(target, W_OK) == 0 else {
        throw FormatError(
          path: path, found: "the file is read-only",
          advice: "make it writable or choose another name")
      }
    } else if target.hasSuffix("/") {
      throw FormatError(path: path, found: "this names a directory", expected: "a file to write")
    }
    let folder = folder(of: target)
    guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
      let name = folder.isEmpty ? "the current folder" : "the folder '\(folder)'"
      throw FormatError(
        path: path, found: "\(name) cannot be written to: \(SystemMessage.last)")
    }
  }
}
