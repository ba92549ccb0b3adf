// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Standard output, buffered; what is written appears at the latest with `flush()`.
///
/// When the reader has gone (`… | head -1`), further output is dropped in silence and
/// `isClosed` turns true, so that a tool without other outputs can stop. Any other failure is kept
/// in `failure` and reported when the command ends.
public final class StandardOutput {
  /// Whether nobody reads any more.
  public private(set) var isClosed = false

  /// Why output was lost, if it was, other than by a reader that has gone.
  public private(set) var failure: String?

  private var buffer: [UInt8] = []
  private let descriptor: Int32
  private let isTerminal: Bool

  /// Writes on standard output.
  public convenience init() {
    self.init(descriptor: STDOUT_FILENO)
  }

  init(descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    buffer.reserveCapacity(Self.capacity)
  }

  private static let capacity = 1 << 16

  /// Appends a text.
  public func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.capacity { flush() }
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.capacity { flush() }
  }

  /// Hands everything over to the system.
  public func flush() {
    defer { buffer.removeAll(keepingCapacity: true) }
    if isClosed || failure != nil || buffer.isEmpty { return }
    // On a terminal both streams share the line that progress is shown on.
    if isTerminal { StandardError.clearProgress() }
    switch FileDescriptorWriting.write(buffer, to: descriptor) {
    case 0: break
    case EPIPE: isClosed = true
    case let code: failure = String(cString: strerror(code))
    }
  }
}
