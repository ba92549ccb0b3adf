// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The figures of a comparison.
struct ComparisonReport: Codable, Sendable {
  var environment: Environment
  var train: String
  var test: String?
  var arguments: [String]
  var iterationCount: Int
  var repetitionCount: Int
  /// The reference first, if there is one.
  var programs: [ProgramFigures]

  /// The report for people.
  var text: String {
    var text = environment.text
    text += "flags      \(arguments.joined(separator: " ")) -iter \(iterationCount)\n"
    text += "each       median (least to greatest) of \(repetitionCount)\n\n"
    var table = Table(
      header: ["program", "load ms", "iteration ms", "total ms", "peak MB", "identical"])
    for (index, program) in programs.enumerated() {
      table.append([
        program.label, program.loadSeconds.milliseconds, program.iterationSeconds.milliseconds,
        program.totalSeconds.milliseconds, decimal(Double(program.peakBytes) / 1e6, digits: 1),
        index == 0 ? "" : program.agreement.text,
      ])
    }
    text += table.text
    if let reference = programs.first(where: { $0.threadCount == nil }) {
      text += "\n" + ratios(to: reference)
    }
    return text
  }

  private func ratios(to reference: ProgramFigures) -> String {
    var table = Table(header: ["reference / ours", "load", "iteration", "total", "peak"])
    for program in programs where program.threadCount != nil {
      table.append([
        program.label, factor(reference.loadSeconds, program.loadSeconds),
        factor(reference.iterationSeconds, program.iterationSeconds),
        factor(reference.totalSeconds, program.totalSeconds),
        decimal(Double(reference.peakBytes) / Double(program.peakBytes), digits: 2),
      ])
    }
    return table.text
  }

  private func factor(_ reference: Summary, _ ours: Summary) -> String {
    reference.ratio(to: ours).map { decimal($0.median, digits: 2) } ?? "-"
  }
}
