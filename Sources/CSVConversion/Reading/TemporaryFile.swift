// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Files without a name, which vanish when their descriptor is closed.
enum TemporaryFile {
  /// Opens a new file for reading and writing in the folder for temporary files.
  ///
  /// - Returns: its descriptor.
  /// - Throws: `FormatError` when that folder cannot be written.
  static func open() throws(FormatError) -> CInt {
    var folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    if folder.isEmpty { folder = "/tmp" }
    var template = Array("\(folder)/libfm-csv-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw FormatError(
        path: folder, found: "no temporary file can be made here: \(SystemMessage.last)",
        advice: "set TMPDIR to a folder with room")
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return descriptor
  }

  /// Copies everything that a descriptor yields to the end of another.
  ///
  /// - Parameters:
  ///   - source: the descriptor to read.
  ///   - target: the descriptor to write.
  ///   - path: what is read, for messages.
  /// - Throws: `FormatError` when reading or writing fails.
  static func copy(
    from source: CInt, to target: CInt, path: String
  ) throws(FormatError) {
    let capacity = 1 << 18
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let received = read(source, buffer, capacity)
      if received == 0 { return }
      if received < 0 {
        if errno == EINTR { continue }
        throw FormatError(path: path, found: "cannot be read: \(SystemMessage.last)")
      }
      try write(UnsafeRawBufferPointer(start: buffer, count: received), to: target, path: path)
    }
  }

  /// Writes bytes at the end of a temporary file.
  static func write(
    _ bytes: UnsafeRawBufferPointer, to target: CInt, path: String
  ) throws(FormatError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
      let sent = Darwin.write(target, part.baseAddress, part.count)
      #else
      let sent = Glibc.write(target, part.baseAddress, part.count)
      #endif
      if sent < 0 {
        if errno == EINTR { continue }
        throw FormatError(
          path: path, found: "does not fit into a temporary file: \(SystemMessage.last)",
          advice: "set TMPDIR to a folder with room")
      }
      rest = rest.dropFirst(sent)
    }
  }
}
