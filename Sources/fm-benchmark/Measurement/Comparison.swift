// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Measures programs on files that the user names.
struct Comparison {
  private let settings: ComparisonSettings

  init(_ flags: ParsedFlags) throws(CommandError) {
    settings = try ComparisonSettings(flags)
  }

  /// Measures, prints the tables and returns the exit status: a failure when results differ.
  func run(_ output: StandardOutput) throws -> Int32 {
    let scratch = try ScratchFolder("fm-benchmark")
    let progress = ProgressLine(isQuiet: false)
    let programs = try PairedMeasurement(
      contestants: settings.programs.contestants(scratch), arguments: settings.arguments,
      iterationCount: settings.iterationCount, repetitionCount: settings.repetitionCount,
      writesPredictions: settings.hasTest, savesModel: settings.savesModel
    ).run { progress.update($0) }
    progress.clear()
    let report = ComparisonReport(
      environment: .current, train: settings.trainPath, test: settings.testPath,
      arguments: settings.arguments, iterationCount: settings.iterationCount,
      repetitionCount: settings.repetitionCount, programs: programs)
    output.write(report.text)
    if let path = settings.jsonPath { try JSONFile.write(report, to: path) }
    return programs.allSatisfy(\.agreement.isComplete) ? ExitStatus.success : ExitStatus.failure
  }
}
