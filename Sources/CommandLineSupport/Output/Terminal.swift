// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What a file descriptor is connected to.
enum Terminal {
  /// The columns of the terminal behind a descriptor; 80 when it is none or does not say.
  static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether a line on the descriptor can be rewritten in place.
  static func canRewrite(_ descriptor: Int32) -> Bool {
    guard isatty(descriptor) == 1, let name = getenv("TERM") else { return false }
    let term = String(cString: name)
    return !term.isEmpty && term != "dumb"
  }
}
