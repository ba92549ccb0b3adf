// SPDX-License-Identifier: Apache-2.0

import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Reads a file, pipe or device line by line through one buffer.
final class LineReader {
  /// The file as the user named it.
  let path: String

  /// The number of the line that `next` returned last, counted from 1.
  private(set) var lineNumber = 0

  private let descriptor: Int32
  private var buffer: UnsafeMutableRawPointer
  private var capacity: Int
  /// Unread bytes are those from `start` to `end`.
  private var start = 0
  private var end = 0
  private var isAtEnd = false

  /// Opens a file.
  ///
  /// - Throws: A `FormatError` if it cannot be opened or is a folder.
  init(path: String, capacity: Int = 1 << 20) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    self.capacity = capacity
    buffer = .allocate(byteCount: capacity, alignment: 16)
    if descriptor < 0 { throw failure() }
    var information = stat()
    if fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
      throw FormatError(path: path, found: "this is a directory", expected: "a file")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    buffer.deallocate()
  }

  /// The next line without its line feed, or nil after the last.
  ///
  /// The bytes are valid until the next call. A last line need not end in a line feed.
  ///
  /// - Throws: A `FormatError` if reading fails.
  func next() throws -> UnsafeRawBufferPointer? {
    var searched = start
    while true {
      if let feed = memchr(buffer + searched, 0x0A, end - searched) {
        let length = UnsafeRawPointer(feed) - UnsafeRawPointer(buffer + start)
        return take(length, skipping: 1)
      }
      if isAtEnd { return start == end ? nil : take(end - start, skipping: 0) }
      let carried = end - start
      try fill()
      searched = start + carried
    }
  }

  private func take(_ length: Int, skipping feed: Int) -> UnsafeRawBufferPointer {
    let line = UnsafeRawBufferPointer(start: buffer + start, count: length)
    start += length + feed
    lineNumber += 1
    return line
  }

  private func fill() throws {
    let carried = end - start
    if carried == capacity {
      let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2, alignment: 16)
      larger.copyMemory(from: buffer + start, byteCount: carried)
      buffer.deallocate()
      buffer = larger
      capacity *= 2
    } else if start > 0 {
      memmove(buffer, buffer + start, carried)
    }
    start = 0
    end = carried
    var count: Int
    repeat {
      count = read(descriptor, buffer + end, capacity - end)
    } while count < 0 && errno == EINTR
    if count < 0 { throw failure() }
    if count == 0 { isAtEnd = true }
    end += count
  }

  private func failure() -> FormatError {
    FormatError(path: path, found: "cannot be read: " + String(cString: strerror(errno)))
  }
}
