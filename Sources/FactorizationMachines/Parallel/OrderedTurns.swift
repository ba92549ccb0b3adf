// SPDX-License-Identifier: Apache-2.0

import CPlatform
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Lets workers that prepare blocks in parallel add their results in block order.
///
/// A sum over rows is one chain of additions that must not be split, but what is added can be computed
/// by several workers. Worker *w* of *n* prepares blocks *w*, *w + n*, … and adds each when it is its
/// turn.
final class OrderedTurns: Sendable {
  private let turn = Atomic<Int>(0)

  /// Waits until all blocks before `block` are done, does this one's `work`, and passes the turn on.
  func take(_ block: Int, _ work: () -> Void) {
    var spins = 0
    while turn.load(ordering: .acquiring) != block {
      spins += 1
      // With more workers than processors the one whose turn it is may be waiting for this core.
      if spins < 1_000 { fm_spin_hint() } else { sched_yield() }
    }
    work()
    turn.store(block + 1, ordering: .releasing)
  }
}
