// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The temporary files of this process that are not complete yet, so that they can be removed even
/// from a signal handler: no locks, no allocation.
final class PendingFiles: @unchecked Sendable {
  /// The files of this process.
  static let shared = PendingFiles()

  private let slots: UnsafeMutablePointer<Atomic<UnsafeMutablePointer<CChar>?>>
  private let slotCount = 256

  init() {
    slots = .allocate(capacity: slotCount)
    for slot in 0..<slotCount { (slots + slot).initialize(to: Atomic(nil)) }
  }

  deinit {
    for slot in 0..<slotCount { free(slots[slot].load(ordering: .relaxed)) }
    slots.deinitialize(count: slotCount).deallocate()
  }

  /// Notes a file.
  ///
  /// - Returns: its slot; nil when too many files are pending.
  func add(_ path: String) -> Int? {
    guard let copy = strdup(path) else { return nil }
    for slot in 0..<slotCount {
      let (isFree, _) = slots[slot].compareExchange(
        expected: nil, desired: copy, ordering: .sequentiallyConsistent)
      if isFree { return slot }
    }
    free(copy)
    return nil
  }

  /// Forgets a file.
  func remove(_ slot: Int) {
    free(slots[slot].exchange(nil, ordering: .sequentiallyConsistent))
  }

  /// Deletes all files noted.
  ///
  /// Their names are not freed: this may run in a signal handler.
  func deleteAll() {
    for slot in 0..<slotCount {
      if let path = slots[slot].exchange(nil, ordering: .sequentiallyConsistent) {
        unlink(path)
      }
    }
  }
}
