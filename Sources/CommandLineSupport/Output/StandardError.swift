// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Standard error, shared by messages and the progress line; safe from any thread.
public enum StandardError {
  /// The columns that the progress line now covers.
  private static let progressWidth = Mutex(0)

  /// Writes a message on a line of its own, in place of the progress line if there is one.
  ///
  /// Control characters, as a file name may have, are shown in escaped form.
  public static func writeLine(_ message: String) {
    progressWidth.withLock { width in
      write(erasing(&width) + printable(message) + "\n")
    }
  }

  /// Takes the progress line away, if there is one.
  public static func clearProgress() {
    progressWidth.withLock { width in
      if width > 0 { write(erasing(&width)) }
    }
  }

  /// Shows a text in place of the present progress line.
  static func showProgress(_ text: String) {
    let room = Terminal.width(of: STDERR_FILENO) - 1
    let line = String(printable(text).prefix(room))
    progressWidth.withLock { width in
      let padding = String(repeating: " ", count: max(0, min(width, room) - line.count))
      write("\r" + line + padding)
      width = max(line.count, 1)
    }
  }

  /// The message with control characters as `\n`, `\t` or `\x1B`.
  static func printable(_ message: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in message.unicodeScalars {
      switch scalar.value {
      case 0x0A: result.append(contentsOf: "\\n".unicodeScalars)
      case 0x0D: result.append(contentsOf: "\\r".unicodeScalars)
      case 0x09: result.append(contentsOf: "\\t".unicodeScalars)
      case 0..<0x20, 0x7F..<0xA0:
        let hex = String(scalar.value, radix: 16, uppercase: true)
        result.append(contentsOf: "\\x\(hex.count < 2 ? "0" : "")\(hex)".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  private static func erasing(_ width: inout Int) -> String {
    defer { width = 0 }
    return width == 0 ? "" : "\r" + String(repeating: " ", count: width) + "\r"
  }

  private static func write(_ text: String) {
    // Nobody is left to tell when standard error itself fails.
    _ = FileDescriptorWriting.write(Array(text.utf8), to: STDERR_FILENO)
  }
}
