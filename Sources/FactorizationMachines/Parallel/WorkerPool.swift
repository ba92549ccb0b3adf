// SPDX-License-Identifier: Apache-2.0

import CPlatform
import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// A fixed team of threads that share out work by worker index.
///
/// The partition depends on the number of workers alone, never on timing, and every solver is written
/// so that its result does not depend on the partition either. The calling thread is worker 0. Threads
/// start at the first parallel call, wait for the next one by spinning briefly and then sleep. With one
/// worker no thread is started and no lock is taken.
///
/// There are no more threads than processors, as they would spin on the cores of those they wait for: a
/// thread plays several workers, one after the other, when there are more of these. So no worker may wait
/// for what another one does in the same job.
///
/// A pool runs one job at a time: ``run(_:)`` must not be called from two threads at once, nor from
/// within a job.
public final class WorkerPool: Sendable {
  /// The number of workers, the calling thread included; at least 1.
  public let workerCount: Int

  private let state: TeamState

  /// Makes a pool of `workerCount` workers; by default one for each processor that is available.
  public init(workerCount: Int = WorkerPool.availableProcessors) {
    self.workerCount = max(1, workerCount)
    state = TeamState(workerCount: self.workerCount)
  }

  deinit {
    state.dismiss()
  }

  /// The number of processors this process may use.
  public static var availableProcessors: Int {
    Int(fm_available_processors())
  }

  /// Calls `job` once for every worker index in `0..<workerCount`, in parallel, and waits for all.
  public func run(_ job: (Int) -> Void) {
    if workerCount == 1 {
      job(0)
    } else {
      state.run(job)
    }
  }

  /// Shares `0..<count` out in contiguous ranges and calls `job` with each range that is not empty.
  ///
  /// - Parameters:
  ///   - count: the number of things to do.
  ///   - grain: below this number of things a worker more is not worth waking.
  ///   - job: does the things of one range.
  public func forEachRange(of count: Int, grain: Int = 1, _ job: (Range<Int>) -> Void) {
    let workers = min(workerCount, max(1, count / max(1, grain)))
    if workers == 1 {
      if count > 0 { job(0..<count) }
      return
    }
    run { worker in
      guard worker < workers else { return }
      let range = Self.range(of: count, worker: worker, workerCount: workers)
      if !range.isEmpty { job(range) }
    }
  }

  /// Calls `job` once for every task in `0..<count`, each on a worker of its own as long as there are
  /// enough; the last worker takes the rest in order.
  public func runTasks(_ count: Int, _ job: (Int) -> Void) {
    let last = workerCount - 1
    run { worker in
      if worker < count { job(worker) }
      if worker == last, last + 1 < count {
        for task in last + 1..<count { job(task) }
      }
    }
  }

  /// The part of `0..<count` that falls to one worker: contiguous, ascending, sizes within one.
  public static func range(of count: Int, worker: Int, workerCount: Int) -> Range<Int> {
    let (share, rest) = count.quotientAndRemainder(dividingBy: workerCount)
    let start = worker * share + min(worker, rest)
    return start..<start + share + (worker < rest ? 1 : 0)
  }
}

/// What the helpers of a pool and its caller share.
///
/// A job is announced by raising `generation`; helpers report by raising `finished`. Both sides spin
/// for a moment and then sleep under `mutex`. Whoever changes a counter that another may sleep on
/// takes the mutex once afterwards, so no wake-up is lost.
private final class TeamState: @unchecked Sendable {
  private let workerCount: Int
  private let helperCount: Int
  private let generation = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let dismissed = Atomic<Bool>(false)
  private var job: UnsafeRawPointer?
  private var threads: [pthread_t] = []
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let announcement: UnsafeMutablePointer<pthread_cond_t>
  private let completion: UnsafeMutablePointer<pthread_cond_t>

  typealias Job = (Int) -> Void

  init(workerCount: Int) {
    self.workerCount = workerCount
    helperCount = min(workerCount, WorkerPool.availableProcessors) - 1
    mutex = .allocate(capacity: 1)
    announcement = .allocate(capacity: 1)
    completion = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(announcement, nil)
    pthread_cond_init(completion, nil)
  }

  deinit {
    pthread_cond_destroy(completion)
    pthread_cond_destroy(announcement)
    pthread_mutex_destroy(mutex)
    completion.deallocate()
    announcement.deallocate()
    mutex.deallocate()
  }

  func run(_ job: Job) {
    if threads.count < helperCount { startThreads() }
    withoutActuallyEscaping(job) { escapable in
      withUnsafePointer(to: escapable) { pointer in
        self.job = UnsafeRawPointer(pointer)
        // Threads that could not be started leave their share to the caller.
        finished.store(0, ordering: .relaxed)
        generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
          pthread_mutex_lock(mutex)
          pthread_cond_broadcast(announcement)
          pthread_mutex_unlock(mutex)
        }
        play(0, escapable)
        for member in threads.count..<helperCount { play(member + 1, escapable) }
        awaitHelpers()
        self.job = nil
      }
    }
  }

  /// Does the work of every worker that falls to a member of the team, of whom the caller is number 0.
  private func play(_ member: Int, _ job: Job) {
    for worker in stride(from: member, to: workerCount, by: helperCount + 1) { job(worker) }
  }

  func dismiss() {
    guard !threads.isEmpty else { return }
    dismissed.store(true, ordering: .sequentiallyConsistent)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(announcement)
    pthread_mutex_unlock(mutex)
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private func awaitHelpers() {
    var spins = 0
    while finished.load(ordering: .acquiring) < threads.count {
      spins += 1
      if spins < spinLimit {
        fm_spin_hint()
        continue
      }
      pthread_mutex_lock(mutex)
      callerSleeps.store(true, ordering: .sequentiallyConsistent)
      while finished.load(ordering: .sequentiallyConsistent) < threads.count {
        pthread_cond_wait(completion, mutex)
      }
      callerSleeps.store(false, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(mutex)
    }
  }

  private func startThreads() {
    for helper in threads.count..<helperCount {
      let start = Unmanaged.passRetained(HelperStart(state: self, member: helper + 1))
      #if canImport(Darwin)
      var thread: pthread_t?
      #else
      var thread = pthread_t()
      #endif
      let status = pthread_create(&thread, nil, helperMain, start.toOpaque())
      guard status == 0 else {
        start.release()
        return
      }
      #if canImport(Darwin)
      if let thread { threads.append(thread) }
      #else
      threads.append(thread)
      #endif
    }
  }

  /// The life of a helper, which has seen all generations up to `start`.
  func serve(as member: Int, from start: Int) {
    var seen = start
    while true {
      awaitAnnouncement(after: seen)
      if dismissed.load(ordering: .acquiring) { return }
      seen &+= 1
      if let job { play(member, job.assumingMemoryBound(to: Job.self).pointee) }
      finished.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if callerSleeps.load(ordering: .sequentiallyConsistent) {
        pthread_mutex_lock(mutex)
        pthread_cond_signal(completion)
        pthread_mutex_unlock(mutex)
      }
    }
  }

  private func awaitAnnouncement(after seen: Int) {
    var spins = 0
    while generation.load(ordering: .acquiring) == seen {
      spins += 1
      if spins < spinLimit {
        fm_spin_hint()
        continue
      }
      pthread_mutex_lock(mutex)
      sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
      while generation.load(ordering: .sequentiallyConsistent) == seen {
        pthread_cond_wait(announcement, mutex)
      }
      sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      pthread_mutex_unlock(mutex)
    }
  }

  var currentGeneration: Int { generation.load(ordering: .acquiring) }
}

/// Turns of the waiting loop before a thread sleeps: some tens of microseconds, so that a spinning
/// thread does not take a shared core away from the one it waits for.
private let spinLimit = 2_000

private final class HelperStart {
  let state: TeamState
  let member: Int
  let generation: Int

  init(state: TeamState, member: Int) {
    self.state = state
    self.member = member
    generation = state.currentGeneration
  }
}

#if canImport(Darwin)
private func helperMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  let start = Unmanaged<HelperStart>.fromOpaque(argument).takeRetainedValue()
  start.state.serve(as: start.member, from: start.generation)
  return nil
}
#else
private func helperMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument else { return nil }
  let start = Unmanaged<HelperStart>.fromOpaque(argument).takeRetainedValue()
  start.state.serve(as: start.member, from: start.generation)
  return nil
}
#endif
