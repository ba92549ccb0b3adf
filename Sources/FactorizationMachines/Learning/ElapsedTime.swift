// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Time that has passed, in seconds.
public struct ElapsedTime: Sendable, Hashable {
  /// Seconds on the wall's clock.
  public var wall: Double

  /// Processor seconds that all threads of this process spent in their own code.
  public var user: Double

  /// Processor seconds of all threads of this process, the system's included.
  public var processor: Double

  /// No time at all.
  public static let zero = ElapsedTime(wall: 0, user: 0, processor: 0)

  /// The readings of the clocks at this moment.
  public static func now() -> ElapsedTime {
    var usage = rusage()
    getrusage(thisProcess, &usage)
    let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
    let system = Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
    return ElapsedTime(
      wall: seconds(of: CLOCK_MONOTONIC), user: user,
      processor: user + system)
  }

  /// The readings of the clocks at this moment, processor time being that of the calling thread.
  public static func nowOnThisThread() -> ElapsedTime {
    let wall = seconds(of: CLOCK_MONOTONIC)
    let thread = seconds(of: CLOCK_THREAD_CPUTIME_ID)
    return ElapsedTime(wall: wall, user: thread, processor: thread)
  }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The time from `start` to `end`.
  public static func - (end: ElapsedTime, start: ElapsedTime) -> ElapsedTime {
    ElapsedTime(
      wall: end.wall - start.wall, user: end.user - start.user,
      processor: end.processor - start.processor)
  }
}

#if canImport(Darwin)
private let thisProcess = RUSAGE_SELF
#else
private let thisProcess = __rusage_who_t(RUSAGE_SELF.rawValue)
#endif
