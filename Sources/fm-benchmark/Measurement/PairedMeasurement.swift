// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Measures programs on the same files in turns.
///
/// A repetition runs every program with one iteration and with all of them: A B … A B …, so that a
/// machine that slows down slows all of them. An iteration takes the difference of the two runs
/// divided by the number of iterations between them; load is what is left of the short run, that is,
/// starting, reading and writing.
struct PairedMeasurement {
  /// The programs; results are compared with those of the first.
  let contestants: [Contestant]

  /// The flags that all of them get, without those for iterations, threads and outputs.
  let arguments: [String]

  /// Iterations of the long run, at least 2.
  let iterationCount: Int

  let repetitionCount: Int

  /// Whether there are test cases, and thus predictions.
  let writesPredictions: Bool

  /// Whether models are written and compared; the original has none for mcmc.
  let savesModel: Bool

  private typealias Runs = (short: ProcessRun, long: ProcessRun)

  /// Runs all programs, after a warm-up.
  ///
  /// - Parameter tell: takes what is being done, in words.
  /// - Returns: the figures of each program.
  /// - Throws: a `CommandError` when a program fails.
  func run(_ tell: (String) -> Void) throws(CommandError) -> [ProgramFigures] {
    var agreements = try warmUp(tell)
    var runs: [[Runs]] = contestants.map { _ in [] }
    for repetition in 1...repetitionCount {
      tell("repetition \(repetition) of \(repetitionCount)")
      var shortRuns: [ProcessRun] = []
      for contestant in contestants {
        shortRuns.append(
          try contestant.run(
            arguments, iterationCount: 1, writesPredictions: writesPredictions,
            writesModel: false))
      }
      for (index, contestant) in contestants.enumerated() {
        let long = try contestant.run(
          arguments, iterationCount: iterationCount, writesPredictions: writesPredictions,
          writesModel: false)
        runs[index].append((shortRuns[index], long))
      }
      for (index, contestant) in contestants.enumerated() {
        try agreements[index].compareRuns(
          contestant, contestants[0], writesPredictions: writesPredictions)
      }
    }
    return contestants.indices.map { figures(contestants[$0], runs[$0], agreements[$0]) }
  }

  /// Brings files and programs into memory, and compares models: with few iterations, because
  /// writing a model is not part of what is measured.
  private func warmUp(_ tell: (String) -> Void) throws(CommandError) -> [Agreement] {
    var agreements: [Agreement] = []
    for contestant in contestants {
      tell("warming up \(contestant.label)")
      _ = try contestant.run(
        arguments, iterationCount: 2, writesPredictions: writesPredictions,
        writesModel: savesModel)
      var agreement = Agreement()
      if savesModel {
        agreement.model = try FileContents.areEqual(
          contestant.files.model, contestants[0].files.model)
      }
      agreements.append(agreement)
    }
    return agreements
  }

  private func figures(
    _ contestant: Contestant, _ runs: [Runs], _ agreement: Agreement
  ) -> ProgramFigures {
    let between = Double(iterationCount - 1)
    let iterations = runs.map { ($0.long.wallSeconds - $0.short.wallSeconds) / between }
    return ProgramFigures(
      label: contestant.label, path: contestant.path, threadCount: contestant.threadCount,
      loadSeconds: Summary(zip(runs, iterations).map { $0.short.wallSeconds - $1 }),
      iterationSeconds: Summary(iterations),
      totalSeconds: Summary(runs.map(\.long.wallSeconds)),
      processorSeconds: Summary(runs.map(\.long.processorSeconds)),
      peakBytes: runs.map(\.long.peakBytes).max() ?? 0, agreement: agreement)
  }
}
