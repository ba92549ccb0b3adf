// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import Synchronization
import Testing

@Suite("A worker pool")
struct WorkerPoolTests {
  @Test("calls a job once for every worker, many times over", arguments: [1, 2, 3, 8])
  func everyWorkerOnce(workerCount: Int) throws {
    let pool = WorkerPool(workerCount: workerCount)
    let calls = try AlignedBuffer<Int>(count: workerCount * 16)
    for _ in 0..<2_000 { pool.run { calls.base[$0 * 16] += 1 } }
    #expect(
      (0..<workerCount).map { calls.base[$0 * 16] } == Array(repeating: 2_000, count: workerCount))
  }

  @Test("has no more threads than there are processors", arguments: [1, 2, 3, 64])
  func threadCount(workerCount: Int) {
    let pool = WorkerPool(workerCount: workerCount)
    let threads = Mutex<Set<UInt>>([])
    for _ in 0..<20 {
      pool.run { _ in
        // A word, or a pointer, where it comes from.
        let thread = unsafeBitCast(pthread_self(), to: UInt.self)
        threads.withLock { _ = $0.insert(thread) }
      }
    }
    let count = threads.withLock(\.count)
    #expect(count == min(workerCount, WorkerPool.availableProcessors))
  }

  @Test("covers every index once, whatever the grain", arguments: [0, 1, 2, 3, 7, 1_000], [1, 64])
  func rangesCover(count: Int, grain: Int) throws {
    let pool = WorkerPool(workerCount: 3)
    let touched = try AlignedBuffer<UInt8>(count: count)
    pool.forEachRange(of: count, grain: grain) { range in
      for index in range { touched.base[index] += 1 }
    }
    #expect(touched.allSatisfy { $0 == 1 })
  }

  @Test("wakes helpers that have gone to sleep")
  func wakesSleepers() {
    let pool = WorkerPool(workerCount: 2)
    let sum = Atomic(0)
    for turn in 0..<3 {
      pool.run { worker in sum.wrappingAdd(worker + turn, ordering: .relaxed) }
      let end = ElapsedTime.now().wall + 0.02
      while ElapsedTime.now().wall < end {}
    }
    #expect(sum.load(ordering: .relaxed) == 9)
  }
}
