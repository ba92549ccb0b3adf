// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One line on standard error that is rewritten in place while something takes long.
///
/// It is shown only on a terminal that can rewrite a line, at most ten times a second, and never
/// in colour: it consists of plain text, blanks and carriage returns, which is what `NO_COLOR`
/// asks for as well. Messages written through `StandardError` take its place.
public final class ProgressLine {
  /// Whether updates are shown at all.
  public let isEnabled: Bool

  private let interval: UInt64 = 100_000_000
  private var next: UInt64 = 0

  /// A progress line, off when standard error is no terminal, `TERM` is `dumb`, or `isQuiet`.
  public init(isQuiet: Bool) {
    isEnabled = !isQuiet && Terminal.canRewrite(STDERR_FILENO)
  }

  deinit {
    clear()
  }

  /// Shows a text, unless the last one was shown less than a tenth of a second ago.
  ///
  /// The text is made only if it is shown.
  public func update(_ text: @autoclosure () -> String) {
    guard isEnabled else { return }
    let now = Self.nanoseconds()
    guard now >= next else { return }
    next = now + interval
    StandardError.showProgress(text())
  }

  /// Takes the line away; the next update is shown at once.
  public func clear() {
    next = 0
    if isEnabled { StandardError.clearProgress() }
  }

  /// A number of seconds as people read it, such as `4 s` or `1:05:00`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "long" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutesAndSeconds = "\(twoDigits(whole / 60 % 60)):\(twoDigits(whole % 60))"
    return whole < 3_600
      ? "\(whole / 60):\(twoDigits(whole % 60))" : "\(whole / 3_600):\(minutesAndSeconds)"
  }

  private static func nanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
