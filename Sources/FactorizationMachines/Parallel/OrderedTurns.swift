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
/// by several workers. A worker claims the next block, prepares it, and adds it when it is its turn. So
/// blocks before a claimed one are with workers that are at work, and however few there are, none waits for
/// ever.
final class OrderedTurns: Sendable {
  private let nextBlock = Atomic<Int>(0)
  private let turn = Atomic<Int>(0)

  /// The number of a block that nobody else works on; they ascend from 0 without end.
  func claim() -> Int {
    nextBlock.wrappingAdd(1, ordering: .relaxed).oldValue
  }

  /// Waits until all blocks before `block`, which the caller has claimed, are done, does this one's `work`, and passes the turn on.
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
