// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that can be read several times and from several threads.
///
/// What cannot, standard input, pipes and compressed files, is copied to a temporary file first.
final class InputFile: @unchecked Sendable {
  /// The file as messages name it.
  let path: String

  /// The number of bytes, decompressed.
  let byteCount: Int

  /// Why the bytes were copied to a temporary file; nil when they were not.
  let spoolingReason: String?

  private let descriptor: CInt

  /// Opens a file; `-` is standard input.
  ///
  /// - Throws: `FormatError` that says why it cannot be read.
  init(path: String) throws(FormatError) {
    guard !path.isEmpty else {
      throw FormatError(path: "(no file name)", found: "the name of a file to read is empty")
    }
    let name = path == "-" ? "(standard input)" : path
    var opened = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else {
      throw FormatError(path: name, found: "cannot be opened: \(SystemMessage.last)")
    }
    var reason: String?
    do throws(FormatError) {
      let mode = try Self.status(of: opened, path: name).st_mode & S_IFMT
      guard mode != S_IFDIR else {
        throw FormatError(path: name, found: "this is a directory", expected: "a file")
      }
      if path.hasSuffix(".gz") {
        reason = "decompressed"
      } else if path == "-" || mode != S_IFREG {
        reason = "copied"
      }
      if reason != nil {
        let original = opened
        opened = try TemporaryFile.open()
        defer { close(original) }
        if path.hasSuffix(".gz") {
          try Decompression.run(path, to: opened)
        } else {
          try TemporaryFile.copy(from: original, to: opened, path: name)
        }
      }
      byteCount = Int(try Self.status(of: opened, path: name).st_size)
    } catch {
      close(opened)
      throw error
    }
    self.path = name
    spoolingReason = reason
    descriptor = opened
  }

  /// Takes over an open file.
  init(descriptor: CInt, path: String) throws(FormatError) {
    byteCount = Int(try Self.status(of: descriptor, path: path).st_size)
    self.path = path
    self.descriptor = descriptor
    spoolingReason = nil
  }

  deinit {
    close(descriptor)
  }

  /// Reads bytes from `offset` on.
  ///
  /// - Returns: the number of bytes read, less than `count` only at the end of the file.
  /// - Throws: `FormatError` when the system refuses.
  func read(
    into target: UnsafeMutablePointer<UInt8>, count: Int, at offset: Int
  ) throws(FormatError) -> Int {
    var done = 0
    while done < count {
      let received = pread(descriptor, target + done, count - done, off_t(offset + done))
      if received == 0 { break }
      if received < 0 {
        if errno == EINTR { continue }
        throw FormatError(path: path, found: "cannot be read: \(SystemMessage.last)")
      }
      done += received
    }
    return done
  }

  /// The line and the column, both counted from 1, of a byte.
  func place(of offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var lineStart = 0
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 16) { buffer in
      guard let base = buffer.baseAddress else { return }
      var position = 0
      while position < offset {
        let wanted = min(buffer.count, offset - position)
        guard let count = try? read(into: base, count: wanted, at: position), count > 0 else {
          return
        }
        for index in 0..<count where base[index] == Ascii.lineFeed {
          line += 1
          lineStart = position + index + 1
        }
        position += count
      }
    }
    return (line, offset - lineStart + 1)
  }

  private static func status(of descriptor: CInt, path: String) throws(FormatError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FormatError(path: path, found: "cannot be read: \(SystemMessage.last)")
    }
    return status
  }
}
