// SPDX-License-Identifier: Apache-2.0

/// One pass over the training data with adaptive regularization.
struct AdaptiveEpoch {
  let train: Dataset
  let validation: Dataset
  let task: LearningTask
  let rates: PerTerm<Double>
  let state: AdaptiveState

  /// What a report tells of an epoch besides the evaluations.
  struct Outcome {
    let learningTime: ElapsedTime
    let penalties: GroupPenalties
    let variances: ParameterVariances
  }

  /// Learns one epoch; in the first one penalties stay as they are.
  func learn(_ machine: inout FactorizationMachine, iteration: Int) -> Outcome {
    let start = ElapsedTime.nowOnThisThread()
    let steps = AdaptiveSteps(
      train: TargetedRows(train), validation: TargetedRows(validation), rates: rates,
      clip: TargetClip(train.targetRange), adaptsPenalties: iteration > 0)
    // Variances are taken where the pass over the validation rows begins anew for the last time: between
    // a step of the parameters and one of the penalties, but the latter changes no parameter.
    let lastWrap = (train.caseCount - 1) / validation.caseCount * validation.caseCount
    let split = iteration > 0 && lastWrap > 0 ? lastWrap + 1 : 0
    learn(0..<split, steps, &machine)
    let variances = ParameterVariances(of: machine)
    learn(split..<train.caseCount, steps, &machine)
    return Outcome(
      learningTime: ElapsedTime.nowOnThisThread() - start, penalties: state.currentPenalties,
      variances: variances)
  }

  private func learn(
    _ rows: Range<Int>, _ steps: AdaptiveSteps, _ machine: inout FactorizationMachine
  ) {
    guard !rows.isEmpty else { return }
    defer { withExtendedLifetime((train, validation, state)) {} }
    let (shape, bias) = (machine.shape, machine.bias)
    machine.bias = machine.withMutableParameters { weights, factors in
      adaptRows(
        rows, steps, task: task, bias: bias,
        parameters: ParameterPointers(shape: shape, weights: weights, factors: factors),
        adaptive: state.pointers)
    }
  }
}
