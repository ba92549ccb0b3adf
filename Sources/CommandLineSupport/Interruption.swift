// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// SIGINT and SIGTERM: ends the process cleanly, or asks a long run to stop at the next good moment.
///
/// Outside of ``duringLearning(_:)`` a signal ends the process at once, after a clean-up. Within, the
/// first signal is only noted in ``signal``, and the second one ends the process.
public enum Interruption {
  /// The signal that asks for a stop; nil when there is none.
  public static var signal: Int32? {
    let number = noted.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// The name of a signal in messages.
  public static func name(of signal: Int32) -> String {
    signal == SIGINT ? "SIGINT" : "SIGTERM"
  }

  /// Handles both signals from now on.
  ///
  /// - Parameter cleanUp: called before the process ends by a signal; only calls that are safe in a signal
  ///   handler are allowed.
  public static func install(cleanUp: @escaping @convention(c) () -> Void) {
    cleanUpBeforeEnd = cleanUp
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handle
      #else
      action.__sigaction_handler.sa_handler = handle
      #endif
      action.sa_flags = Int32(SA_RESTART)
      sigaction(number, &action, nil)
    }
  }

  /// Lets a first signal within `body` wait for `body` to notice it.
  public static func duringLearning<Result>(_ body: () throws -> Result) rethrows -> Result {
    waits.store(true, ordering: .sequentiallyConsistent)
    defer { waits.store(false, ordering: .sequentiallyConsistent) }
    return try body()
  }
}

private let noted = Atomic<Int32>(0)
private let waits = Atomic<Bool>(false)

/// Written once, before the handlers that read it are installed.
nonisolated(unsafe) private var cleanUpBeforeEnd: @convention(c) () -> Void = {}

private func handle(_ number: Int32) {
  let isFirst = noted.exchange(number, ordering: .sequentiallyConsistent) == 0
  if isFirst, waits.load(ordering: .sequentiallyConsistent) { return }
  cleanUpBeforeEnd()
  _exit(128 + number)
}
