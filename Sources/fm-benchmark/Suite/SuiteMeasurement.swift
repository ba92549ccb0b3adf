// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Measures libFM on data of many shapes.
struct SuiteMeasurement {
  private let settings: SuiteSettings

  init(_ flags: ParsedFlags) throws {
    settings = try SuiteSettings(flags)
  }

  /// Measures, prints the tables and returns the exit status: a failure when results differ.
  ///
  /// The file of figures is complete after each case, so that a suite that is ended early leaves what
  /// it has measured.
  func run(_ output: StandardOutput) throws -> Int32 {
    let scratch = try ScratchFolder("fm-benchmark")
    let progress = ProgressLine(isQuiet: false)
    progress.update("measuring memory")
    var report = SuiteReport(
      environment: .current, bandwidth: try bandwidth(scratch), scale: settings.scale,
      iterationCount: settings.iterationCount, repetitionCount: settings.repetitionCount)
    for (index, one) in settings.cases.enumerated() {
      let place = "\(index + 1) of \(settings.cases.count): \(one.label)"
      report.cases.append(
        try measure(one, scratch, bandwidth: report.bandwidth) {
          progress.update("\(place), \($0)")
        })
      if let path = settings.jsonPath { try JSONFile.write(report, to: path) }
    }
    progress.clear()
    output.write(report.text(asMarkdown: settings.asMarkdown))
    if let earlier = settings.earlier {
      output.write("\n" + report.changes(since: earlier, asMarkdown: settings.asMarkdown))
    }
    return report.isConsistent ? ExitStatus.success : ExitStatus.failure
  }

  private func measure(
    _ one: SuiteCase, _ scratch: ScratchFolder, bandwidth: BandwidthReport, _ tell: (String) -> Void
  ) throws -> SuiteReport.Case {
    tell("data")
    let data = try SuiteData(
      one.shape, task: one.task, scale: settings.scale, in: settings.dataFolder, scratch: scratch)
    var programs = settings.programs
    if !one.shape.hasReference || !one.method.isOriginal { programs.referencePath = nil }
    let arguments = one.arguments(data)
    let figures = try PairedMeasurement(
      contestants: programs.contestants(scratch), arguments: arguments,
      iterationCount: settings.iterationCount, repetitionCount: settings.repetitionCount,
      writesPredictions: true, savesModel: one.method != .mcmc
    ).run(tell)
    return SuiteReport.Case(
      one, arguments: arguments, counts: data.counts, figures: figures, bandwidth: bandwidth)
  }

  /// Measures in another process: programs that are measured later inherit the peak memory of the
  /// process that starts them.
  private func bandwidth(_ scratch: ScratchFolder) throws -> BandwidthReport {
    let path = scratch.file("bandwidth.json")
    let megabytes = max(1, Int(Double(BandwidthMeasurement.standardMegabytes) * settings.scale))
    _ = try ProcessRun.of(
      try Environment.pathOfThisTool(),
      [
        "bandwidth", "--megabytes", "\(megabytes)", "--threads",
        settings.programs.threadCounts.map { "\($0)" }.joined(separator: ","), "--json", path,
      ],
      standardOutput: scratch.file("bandwidth.stdout"),
      standardError: scratch.file("bandwidth.stderr"))
    return try JSONFile.read(BandwidthReport.self, from: path)
  }
}
