// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The figures of a suite.
struct SuiteReport: Codable, Sendable {
  /// One program on one case.
  struct Program: Codable, Sendable {
    var figures: ProgramFigures
    /// Training rows times factors; like the next two, nil when an iteration was too short to be
    /// measured.
    var rowFactorsPerSecond: Double?
    /// What an iteration moves at the least; see `Traffic`.
    var bytesPerSecond: Double?
    /// The rate as a part of what memory delivers to so many threads.
    var bandwidthShare: Double?
    /// The reference's times divided by this program's; nil for the reference and without one.
    var iterationRatio: Summary?
    var totalRatio: Summary?
  }

  /// A method on data.
  struct Case: Codable, Sendable {
    var shape: String
    var task: String
    var method: String
    var factorCount: Int
    var arguments: [String]
    var counts: DataCounts
    var bytesPerIteration: Double
    /// The reference first, if there is one.
    var programs: [Program]
  }

  var environment: Environment
  var bandwidth: BandwidthReport
  var scale: Double
  var iterationCount: Int
  var repetitionCount: Int
  var cases: [Case] = []

  /// Whether all programs printed and wrote the same.
  var isConsistent: Bool {
    cases.allSatisfy { $0.programs.allSatisfy(\.figures.agreement.isComplete) }
  }

  /// The report for people.
  func text(asMarkdown: Bool) -> String {
    let hasReference = cases.contains { $0.programs.contains { $0.totalRatio != nil } }
    var table = Table(
      header: [
        "data", "task", "method", "k", "program", "iteration ms", "total ms", "M row·k/s", "GB/s",
        "of memory", "peak MB", "identical",
      ] + (hasReference ? ["iteration, reference / this", "total"] : []))
    for one in cases {
      for (index, program) in one.programs.enumerated() {
        let figures = program.figures
        table.append(
          one.cells + [
            figures.label, figures.iterationSeconds.milliseconds, figures.totalSeconds.milliseconds,
            text(program.rowFactorsPerSecond, unit: 1e6), text(program.bytesPerSecond, unit: 1e9),
            program.bandwidthShare.map { decimal($0 * 100, digits: 0) + " %" } ?? "-",
            decimal(Double(figures.peakBytes) / 1e6, digits: 1),
            index == 0 ? "" : figures.agreement.text,
          ]
            + (hasReference
              ? [program.iterationRatio, program.totalRatio].map { text($0?.median, unit: 1) } : [])
        )
      }
    }
    return head(asMarkdown) + table.text(asMarkdown: asMarkdown)
  }

  private func head(_ asMarkdown: Bool) -> String {
    let text =
      environment.text + "memory     \(bandwidth.summary)\n"
      + "each       median (least to greatest) of \(repetitionCount), \(iterationCount) iterations"
      + (scale == 1 ? "" : ", \(scale) of the rows") + "\n"
    return (asMarkdown ? "```\n\(text)```\n" : text) + "\n"
  }

  private func text(_ number: Double?, unit: Double) -> String {
    number.map { decimal($0 / unit, digits: 2) } ?? "-"
  }
}

extension SuiteReport.Case {
  /// Computes the rates and ratios of a case.
  init(
    _ one: SuiteCase, arguments: [String], counts: DataCounts, figures: [ProgramFigures],
    bandwidth: BandwidthReport
  ) {
    shape = one.shape.name
    task = one.task
    method = one.method.rawValue
    factorCount = one.factorCount
    self.arguments = arguments
    self.counts = counts
    let bytes = Traffic(factorCount: one.factorCount, counts: counts)
      .bytesPerIteration(one.method)
    bytesPerIteration = bytes
    let rowFactors = Double(counts.train.rowCount * one.factorCount)
    let reference = figures.first { $0.threadCount == nil }
    programs = figures.map { program in
      let seconds = program.iterationSeconds.median
      let rate = seconds > 0 ? bytes / seconds : nil
      let isReference = program.threadCount == nil
      // The original has one thread.
      let memory = bandwidth.bytesPerSecond(threadCount: program.threadCount ?? 1)
      return SuiteReport.Program(
        figures: program, rowFactorsPerSecond: seconds > 0 ? rowFactors / seconds : nil,
        bytesPerSecond: rate, bandwidthShare: memory.flatMap { memory in rate.map { $0 / memory } },
        iterationRatio: isReference
          ? nil : reference?.iterationSeconds.ratio(to: program.iterationSeconds),
        totalRatio: isReference ? nil : reference?.totalSeconds.ratio(to: program.totalSeconds))
    }
  }

  /// What is measured, for the first columns of a table.
  var cells: [String] { [shape, task, method, "\(factorCount)"] }
}
