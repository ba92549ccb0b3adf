// SPDX-License-Identifier: Apache-2.0

import LibFMFormats
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The signals that ask a process to end: Ctrl-C (SIGINT), SIGTERM and SIGHUP.
///
/// They end the process at once, but for files that are not complete: those are removed first. Between
/// ``beginLearning()`` and ``endLearning()`` a first SIGINT or SIGTERM is only noted in ``signal``, so that the work can
/// stop at the next good moment; a second one ends the process.
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

  /// From now on a first signal waits to be noticed.
  public static func beginLearning() {
    waits.store(true, ordering: .sequentiallyConsistent)
  }

  /// From now on a signal ends the process at once again.
  public static func endLearning() {
    waits.store(false, ordering: .sequentiallyConsistent)
  }

  /// Handles the signals from now on.
  static func install() {
    // Makes the list of files, which must not happen in the handler.
    WholeFile.removeAllPending()
    var handled = sigset_t()
    sigemptyset(&handled)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&handled, number)
      var former = sigaction()
      sigaction(number, nil, &former)
      // What the caller ignores, as `nohup` does, stays ignored.
      if former.ignores { continue }
      var action = sigaction()
      action.handler = handle
      // An interrupted write goes on, so that outputs are complete.
      action.sa_flags = Int32(SA_RESTART)
      sigaction(number, &action, nil)
    }
    // Who starts us on a thread that blocks signals, as those of Dispatch do, hands that on unawares.
    pthread_sigmask(SIG_UNBLOCK, &handled, nil)
  }
}

private let noted = Atomic<Int32>(0)
private let waits = Atomic<Bool>(false)

private func handle(_ number: Int32) {
  if number != SIGHUP, waits.load(ordering: .sequentiallyConsistent),
    noted.exchange(number, ordering: .sequentiallyConsistent) == 0
  {
    return
  }
  WholeFile.removeAllPending()
  var standard = sigaction()
  sigaction(number, &standard, nil)
  raise(number)
}

extension sigaction {
  #if canImport(Darwin)
  fileprivate var handler: (@convention(c) (Int32) -> Void)? {
    get { __sigaction_u.__sa_handler }
    set { __sigaction_u.__sa_handler = newValue }
  }
  #else
  fileprivate var handler: (@convention(c) (Int32) -> Void)? {
    get { __sigaction_handler.sa_handler }
    set { __sigaction_handler.sa_handler = newValue }
  }
  #endif

  fileprivate var ignores: Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
