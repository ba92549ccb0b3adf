// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the operating system says about a failure.
package enum SystemMessage {
  /// The message for the last failed system call of this thread.
  package static var last: String { text(for: errno) }

  /// The message for an error number, in lower case to stand within a sentence.
  package static func text(for code: CInt) -> String {
    guard let message = strerror(code) else { return "error \(code)" }
    let text = String(cString: message)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
