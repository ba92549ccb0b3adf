// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Lets workers that prepare blocks in parallel finish them in block order.
///
/// Who waits sleeps: a block takes milliseconds, and the worker whose turn it is may need the core.
final class BlockTurns: @unchecked Sendable {
  private var turn = 0
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// The first turn is that of block 0.
  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(change, nil)
  }

  deinit {
    pthread_cond_destroy(change)
    pthread_mutex_destroy(mutex)
    change.deallocate()
    mutex.deallocate()
  }

  /// Waits until all blocks before `block` are finished, does this one's `work`, and passes the turn on.
  func take(_ block: Int, _ work: () -> Void) {
    pthread_mutex_lock(mutex)
    while turn != block { pthread_cond_wait(change, mutex) }
    pthread_mutex_unlock(mutex)
    work()
    pthread_mutex_lock(mutex)
    turn = block + 1
    pthread_cond_broadcast(change)
    pthread_mutex_unlock(mutex)
  }
}
