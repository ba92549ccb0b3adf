// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// What is to be compared, on which files and how often.
struct ComparisonSettings {
  let trainPath: String
  let testPath: String?
  let iterationCount: Int
  let repetitionCount: Int
  let jsonPath: String?

  /// The flags that all programs get, without those for iterations, threads and outputs.
  let arguments: [String]

  /// Whether models are written and compared; the original has none for mcmc.
  let savesModel: Bool

  /// The programs.
  let programs: MeasuredPrograms

  /// Whether there are test cases, and thus predictions.
  var hasTest: Bool { testPath != nil }

  /// - Throws: a `CommandError` when the options do not fit together.
  init(_ flags: ParsedFlags) throws(CommandError) {
    trainPath = try flags.requiredText("train")
    testPath = flags.text("test")
    iterationCount = try flags.integer("iter", in: 2...1_000_000, default: 20)
    repetitionCount = try flags.integer("repetitions", in: 1...10_000, default: 3)
    jsonPath = flags.text("json")
    programs = try MeasuredPrograms(flags, threadCounts: [1])
    if programs.referencePath != nil, testPath == nil {
      throw .usage("--test is missing: the original cannot do without")
    }
    let method = flags.text("method") ?? "sgd"
    savesModel = method != "mcmc"
    var arguments = ["-task", flags.text("task") ?? "r", "-train", trainPath]
    if let testPath { arguments += ["-test", testPath] }
    arguments += ["-method", method, "-dim", flags.text("dim") ?? "1,1,8"]
    if method.hasPrefix("sgd") {
      arguments += ["-learn_rate", "\(flags.number("learn-rate") ?? 0.01)"]
    }
    arguments += ["-seed", "\(try flags.integer("seed", in: 0...Int(Int32.max), default: 1))"]
    self.arguments = arguments + flags.operands
  }
}
