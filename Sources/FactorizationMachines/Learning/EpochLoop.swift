// SPDX-License-Identifier: Apache-2.0

/// The iterations of a solver that learns in passes over the cases, each evaluated by all workers.
///
/// When learning takes one thread only, there are several workers, and the machine is small beside
/// the data, an epoch is evaluated on a copy of the parameters while the next one is learned. Its
/// report then comes when that next epoch has been learned too; the results are the same.
struct EpochLoop {
  let evaluator: EpochEvaluator
  let iterations: Int
  let pool: WorkerPool

  /// Whether learning an epoch uses the pool itself, so that nothing can run beside it.
  var learnsInParallel = false

  /// Runs the iterations.
  ///
  /// When `report` answers ``LearningDecision/stop`` or throws, `machine` is the one of the iteration
  /// reported last.
  ///
  /// - Parameters:
  ///   - machine: the parameters.
  ///   - kept: receives the machine of each iteration that `report` asks to keep.
  ///   - learn: learns one epoch, given its index, and returns what the report needs to know of it.
  ///   - report: called once for each iteration, in order.
  /// - Throws: what `report` throws, and ``OutOfMemoryError``.
  func run<Outcome>(
    _ machine: inout FactorizationMachine, keepingIn kept: inout FactorizationMachine?,
    learn: (inout FactorizationMachine, Int) -> Outcome,
    report: (EpochEvaluation, Int, Outcome) throws -> LearningDecision
  ) throws {
    if affordsSnapshot(of: machine) {
      try runOverlapped(&machine, keepingIn: &kept, learn: learn, report: report)
      return
    }
    for iteration in 0..<max(0, iterations) {
      let outcome = learn(&machine, iteration)
      let decision = try report(evaluation(of: machine), iteration, outcome)
      try keep(machine, in: &kept, by: decision)
      if decision == .stop { return }
    }
  }

  /// Learns each epoch while the one before is evaluated on a copy of the parameters.
  private func runOverlapped<Outcome>(
    _ machine: inout FactorizationMachine, keepingIn kept: inout FactorizationMachine?,
    learn: (inout FactorizationMachine, Int) -> Outcome,
    report: (EpochEvaluation, Int, Outcome) throws -> LearningDecision
  ) throws {
    guard iterations > 0 else { return }
    var snapshot = try FactorizationMachine(shape: machine.shape)
    var outcome = learn(&machine, 0)
    for iteration in 1..<max(1, iterations) {
      snapshot.assign(from: machine)
      let evaluation = evaluator.evaluation(of: snapshot, workerCount: pool.workerCount - 1)
      var next: Outcome?
      pool.run { worker in
        if worker == 0 {
          next = learn(&machine, iteration)
        } else {
          evaluation.work(as: worker - 1)
        }
      }
      var decision = LearningDecision.stop
      defer {
        if decision == .stop { machine.assign(from: snapshot) }
      }
      decision = try report(evaluation, iteration - 1, outcome)
      try keep(snapshot, in: &kept, by: decision)
      guard decision != .stop, let next else { return }
      outcome = next
    }
    let decision = try report(evaluation(of: machine), iterations - 1, outcome)
    try keep(machine, in: &kept, by: decision)
  }

  private func evaluation(of machine: FactorizationMachine) -> EpochEvaluation {
    let evaluation = evaluator.evaluation(of: machine, workerCount: pool.workerCount)
    pool.run(evaluation.work)
    return evaluation
  }

  private func keep(
    _ machine: FactorizationMachine, in kept: inout FactorizationMachine?,
    by decision: LearningDecision
  ) throws(OutOfMemoryError) {
    guard decision == .keep else { return }
    if kept == nil { kept = try FactorizationMachine(shape: machine.shape) }
    kept?.assign(from: machine)
  }

  /// Whether there is a second worker to evaluate a copy of the parameters, and the copy is small
  /// beside what is held anyway.
  private func affordsSnapshot(of machine: FactorizationMachine) -> Bool {
    guard pool.workerCount > 1, !learnsInParallel else { return false }
    let machineBytes = machine.shape.byteCount
    return machineBytes <= (machineBytes + evaluator.byteCount) / 8 + 32 << 20
  }
}
