// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The bytes of a file: mapped if it is a regular one, else (pipe, device) read to the end.
///
/// A mapped file must not be cut shorter while it is in use.
package final class InputBytes: @unchecked Sendable {
  /// The first byte; meaningless when ``count`` is 0.
  package let base: UnsafePointer<UInt8>

  /// The number of bytes.
  package let count: Int

  /// The bytes, as long as this object lives.
  package var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  private let memory: UnsafeMutableRawPointer?
  private let isMapped: Bool

  /// Opens and reads or maps the file at `path`.
  ///
  /// - Throws: ``FormatError`` that says why it cannot be read; a directory is an error.
  package init(path: String) throws(FormatError) {
    guard !path.isEmpty else {
      throw FormatError(path: "(no file name)", found: "the name of a file to read is empty")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FormatError(path: path, found: "cannot be opened: \(SystemMessage.last)")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FormatError(path: path, found: "cannot be read: \(SystemMessage.last)")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FormatError(path: path, found: "this is a directory", expected: "a file")
    }
    let size = Int(status.st_size)
    if status.st_mode & S_IFMT == S_IFREG, size > 0,
      let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED
    {
      madvise(mapped, size, MADV_SEQUENTIAL)
      (memory, count, isMapped) = (mapped, size, true)
    } else {
      (memory, count) = try Self.readAll(descriptor, path: path)
      isMapped = false
    }
    base = memory.map { UnsafePointer($0.assumingMemoryBound(to: UInt8.self)) } ?? noBytes
  }

  /// Copies bytes that are in memory already.
  init(copying bytes: some Collection<UInt8>) {
    guard let copy = malloc(max(bytes.count, 1)) else { preconditionFailure("out of memory") }
    UnsafeMutableRawBufferPointer(start: copy, count: bytes.count).copyBytes(from: bytes)
    (memory, count, isMapped) = (copy, bytes.count, false)
    base = UnsafePointer(copy.assumingMemoryBound(to: UInt8.self))
  }

  deinit {
    if isMapped {
      munmap(memory, count)
    } else {
      free(memory)
    }
  }

  private static func readAll(
    _ descriptor: CInt, path: String
  ) throws(FormatError) -> (UnsafeMutableRawPointer?, Int) {
    var capacity = 1 << 20
    var count = 0
    var memory = malloc(capacity)
    while true {
      guard let start = memory else {
        throw FormatError(path: path, found: "its first \(count) bytes fill the memory")
      }
      let received = read(descriptor, start + count, capacity - count)
      if received == 0 { return (start, count) }
      if received < 0 {
        if errno == EINTR { continue }
        let reason = SystemMessage.last
        free(start)
        throw FormatError(path: path, found: "cannot be read: \(reason)")
      }
      count += received
      if count == capacity {
        capacity *= 2
        memory = realloc(start, capacity)
        if memory == nil { free(start) }
      }
    }
  }
}

/// A place to point at when there is nothing.
nonisolated(unsafe) let noBytes = UnsafePointer(
  UnsafeMutablePointer<UInt8>.allocate(capacity: 1))
