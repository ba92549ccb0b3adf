// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

/// Measures programs on the same files in turns.
///
/// A repetition runs every program with one iteration and with all of them: A B … A B …, so that a
/// machine that slows down slows all of them. An iteration takes the difference of the two runs
/// divided by the number of iterations between them; load is what is left of the short run, that is,
/// starting, reading and writing.
struct Comparison {
  private let settings: ComparisonSettings

  init(_ flags: ParsedFlags) throws(CommandError) {
    settings = try ComparisonSettings(flags)
  }

  /// Measures, prints the tables and returns the exit status: a failure when results differ.
  func run(_ output: StandardOutput) throws -> Int32 {
    let scratch = try ScratchFolder("fm-benchmark")
    let contestants = settings.contestants(scratch)
    let progress = ProgressLine(isQuiet: false)
    var agreements = try warmUp(contestants, progress)
    var runs: [[(short: ProcessRun, long: ProcessRun)]] = contestants.map { _ in [] }
    for repetition in 1...settings.repetitionCount {
      progress.update("repetition \(repetition) of \(settings.repetitionCount)")
      var shortRuns: [ProcessRun] = []
      for contestant in contestants {
        shortRuns.append(
          try contestant.run(
            settings.arguments, iterationCount: 1, writesPredictions: settings.hasTest,
            writesModel: false))
      }
      for (index, contestant) in contestants.enumerated() {
        let long = try contestant.run(
          settings.arguments, iterationCount: settings.iterationCount,
          writesPredictions: settings.hasTest, writesModel: false)
        runs[index].append((shortRuns[index], long))
      }
      for (index, contestant) in contestants.enumerated() {
        try agreements[index].compareRuns(
          contestant, contestants[0], writesPredictions: settings.hasTest)
      }
    }
    progress.clear()
    var programs: [ComparisonReport.Program] = []
    for (index, contestant) in contestants.enumerated() {
      programs.append(program(contestant, runs[index], agreements[index]))
    }
    let report = ComparisonReport(
      environment: .current, train: settings.trainPath, test: settings.testPath,
      arguments: settings.arguments, iterationCount: settings.iterationCount,
      repetitionCount: settings.repetitionCount, programs: programs)
    output.write(report.text)
    if let path = settings.jsonPath { try JSONFile.write(report, to: path) }
    return agreements.allSatisfy(\.isComplete) ? ExitStatus.success : ExitStatus.failure
  }

  /// Brings files and programs into memory, and compares models: with few iterations, because
  /// writing a model is not part of what is measured.
  private func warmUp(
    _ contestants: [Contestant], _ progress: ProgressLine
  ) throws(CommandError) -> [Agreement] {
    var agreements: [Agreement] = []
    for contestant in contestants {
      progress.update("warming up \(contestant.label)")
      _ = try contestant.run(
        settings.arguments, iterationCount: 2, writesPredictions: settings.hasTest,
        writesModel: settings.savesModel)
      var agreement = Agreement()
      if settings.savesModel {
        agreement.model = try FileContents.areEqual(
          contestant.files.model, contestants[0].files.model)
      }
      agreements.append(agreement)
    }
    return agreements
  }

  private func program(
    _ contestant: Contestant, _ runs: [(short: ProcessRun, long: ProcessRun)],
    _ agreement: Agreement
  ) -> ComparisonReport.Program {
    let between = Double(settings.iterationCount - 1)
    let iterations = runs.map { ($0.long.wallSeconds - $0.short.wallSeconds) / between }
    return ComparisonReport.Program(
      label: contestant.label, path: contestant.path, threadCount: contestant.threadCount,
      loadSeconds: Summary(zip(runs, iterations).map { $0.short.wallSeconds - $1 }),
      iterationSeconds: Summary(iterations),
      totalSeconds: Summary(runs.map(\.long.wallSeconds)),
      processorSeconds: Summary(runs.map(\.long.processorSeconds)),
      peakBytes: runs.map(\.long.peakBytes).max() ?? 0, agreement: agreement)
  }
}
