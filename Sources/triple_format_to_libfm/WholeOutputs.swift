// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A file that takes its place only when it is complete.
final class WholeOutput {
  /// The file as the user named it.
  let path: String

  private let hiddenPath: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []

  /// Begins a file; what now stands at the path stays until `commit()`.
  init(path: String) throws {
    self.path = path
    hiddenPath = "\(path).\(getpid()).part"
    descriptor = open(hiddenPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw failure() }
    buffer.reserveCapacity(1 << 18)
  }

  deinit {
    if descriptor >= 0 {
      close(descriptor)
      unlink(hiddenPath)
    }
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 1 << 18 { try flush() }
  }

  /// Completes the file and puts it in its place.
  func commit() throws {
    try flush()
    let isClosed = close(descriptor) == 0
    descriptor = -1
    if !isClosed || rename(hiddenPath, path) != 0 {
      let error = failure()
      unlink(hiddenPath)
      throw error
    }
  }

  private func flush() throws {
    var written = 0
    while written < buffer.count {
      #if canImport(Darwin)
      let count = buffer[written...].withUnsafeBytes {
        Darwin.write(descriptor, $0.baseAddress, $0.count)
      }
      #else
      let count = buffer[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      #endif
      if count < 0, errno != EINTR { throw failure() }
      written += max(0, count)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private func failure() -> FormatError {
    FormatError(path: path, found: "cannot be written: " + String(cString: strerror(errno)))
  }
}
