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

  /// What is learned beside the machine, if there is anything.
  var companion: (any EpochCompanion)?

  /// Runs the iterations that are not done yet.
  ///
  /// When `report` answers ``LearningDecision/stop``, or a closure throws, `progress` and the companion are
  /// those of the iteration reported last.
  ///
  /// - Parameters:
  ///   - progress: the parameters, and how far they are learned.
  ///   - learn: learns one epoch, given its index, and returns what the report needs to know of it.
  ///   - report: called once for each iteration, in order.
  ///   - checkpoint: called after each report, while the companion is as of that iteration.
  /// - Throws: what the closures throw, and ``OutOfMemoryError``.
  func run<Outcome>(
    _ progress: inout SolverProgress,
    learn: (inout FactorizationMachine, Int) -> Outcome,
    report: (EpochEvaluation, Int, Outcome) throws -> LearningDecision,
    checkpoint: (SolverProgress) throws -> Void
  ) throws {
    if affordsSnapshot(of: progress.machine) {
      try runOverlapped(&progress, learn: learn, report: report, checkpoint: checkpoint)
      return
    }
    while progress.iterationCount < iterations {
      let iteration = progress.iterationCount
      let outcome = learn(&progress.machine, iteration)
      progress.iterationCount += 1
      let decision = try report(evaluation(of: progress.machine), iteration, outcome)
      if decision == .keep { try progress.keep(progress.machine) }
      try checkpoint(progress)
      if decision == .stop { return }
    }
  }

  /// Learns each epoch while the one before is evaluated on a copy of the parameters.
  private func runOverlapped<Outcome>(
    _ progress: inout SolverProgress,
    learn: (inout FactorizationMachine, Int) -> Outcome,
    report: (EpochEvaluation, Int, Outcome) throws -> LearningDecision,
    checkpoint: (SolverProgress) throws -> Void
  ) throws {
    guard progress.iterationCount < iterations else { return }
    var snapshot = try FactorizationMachine(shape: progress.machine.shape)
    var outcome = learn(&progress.machine, progress.iterationCount)
    progress.iterationCount += 1
    while progress.iterationCount < iterations {
      let iteration = progress.iterationCount
      snapshot.assign(from: progress.machine)
      try companion?.note()
      let evaluation = evaluator.evaluation(of: snapshot)
      var next: Outcome?
      pool.run { worker in
        if worker == 0 { next = learn(&progress.machine, iteration) }
        evaluation.work()
      }
      // From here on to the next round the companion is the one that belongs to the copy.
      companion?.exchange()
      var goesOn = false
      defer {
        if goesOn { companion?.exchange() } else { progress.machine.assign(from: snapshot) }
      }
      let decision = try report(evaluation, iteration - 1, outcome)
      if decision == .keep { try progress.keep(snapshot) }
      try checkpoint(
        SolverProgress(
          iterationCount: iteration, machine: snapshot, keptMachine: progress.keptMachine))
      guard decision != .stop, let next else { return }
      goesOn = true
      outcome = next
      progress.iterationCount += 1
    }
    let evaluation = evaluation(of: progress.machine)
    let decision = try report(evaluation, progress.iterationCount - 1, outcome)
    if decision == .keep { try progress.keep(progress.machine) }
    try checkpoint(progress)
  }

  private func evaluation(of machine: FactorizationMachine) -> EpochEvaluation {
    let evaluation = evaluator.evaluation(of: machine)
    pool.run { _ in evaluation.work() }
    return evaluation
  }

  /// Whether there is a second worker to evaluate a copy of the parameters, and the copy is small beside
  /// what is held anyway.
  private func affordsSnapshot(of machine: FactorizationMachine) -> Bool {
    guard pool.workerCount > 1, !learnsInParallel else { return false }
    let machineBytes = machine.shape.byteCount
    return machineBytes <= (machineBytes + evaluator.byteCount) / 8 + 32 << 20
  }
}

/// What epochs change beside the machine.
///
/// It remembers one earlier state, as an epoch may have been learned already when the one before is
/// reported.
protocol EpochCompanion: AnyObject {
  /// Remembers the present state, in place of the one remembered before.
  ///
  /// - Throws: ``OutOfMemoryError``.
  func note() throws(OutOfMemoryError)

  /// Exchanges the present state and the one remembered.
  func exchange()
}
