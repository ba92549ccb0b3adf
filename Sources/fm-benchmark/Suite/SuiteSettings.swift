// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What the suite measures and where it keeps its data.
struct SuiteSettings {
  let cases: [SuiteCase]
  let programs: MeasuredPrograms

  /// The part of the rows of each shape, above 0 and at most 1.
  let scale: Double
  let iterationCount: Int
  let repetitionCount: Int

  /// The folder in which generated data are kept.
  let dataFolder: String
  let jsonPath: String?

  /// An earlier report to compare with.
  let earlier: SuiteReport?
  let asMarkdown: Bool

  /// - Throws: a `CommandError` when the options do not fit together, `FormatError` when the earlier
  ///   report cannot be read.
  init(_ flags: ParsedFlags) throws {
    programs = try MeasuredPrograms(flags, threadCounts: Environment.oneThreadAndAll)
    scale = flags.number("scale") ?? 1
    guard scale > 0, scale <= 1 else {
      throw CommandError.usage("--scale: \(scale) is out of range; expected above 0 up to 1")
    }
    iterationCount = try flags.integer("iterations", in: 2...1_000_000, default: 10)
    repetitionCount = try flags.integer("repetitions", in: 1...10_000, default: 3)
    dataFolder = flags.text("data") ?? Self.cacheFolder
    jsonPath = flags.text("json")
    asMarkdown = flags.isGiven("markdown")
    cases = try Self.cases(flags)
    earlier = try flags.text("against").map { try JSONFile.read(SuiteReport.self, from: $0) }
    try earlier?.check(scale: scale)
  }

  /// The cases that `--shapes`, `--tasks`, `--methods` and `--factors` leave.
  private static func cases(_ flags: ParsedFlags) throws(CommandError) -> [SuiteCase] {
    let names = try choices(flags, "shapes", among: SuiteShape.all.map(\.name))
    let tasks = try choices(flags, "tasks", among: ["r", "c"])
    let methods = try choices(
      flags, "methods", among: SuiteCase.Method.allCases.map(\.rawValue))
    let factorCounts = flags.integers("factors")
    let shapes = SuiteShape.all.filter { names?.contains($0.name) ?? $0.isDefault }
    let cases = shapes.flatMap { shape in
      shape.learning.flatMap { learning in
        learning.factorCounts.map {
          SuiteCase(shape: shape, method: learning.method, task: learning.task, factorCount: $0)
        }
      }
    }.filter {
      tasks?.contains($0.task) ?? true && methods?.contains($0.method.rawValue) ?? true
        && factorCounts?.contains($0.factorCount) ?? true
    }
    guard !cases.isEmpty else {
      throw .usage("no case is left of these shapes, tasks, methods and factors")
    }
    return cases
  }

  private static func choices(
    _ flags: ParsedFlags, _ name: String, among known: [String]
  ) throws(CommandError) -> [String]? {
    let chosen = flags.texts(name)
    for choice in chosen ?? [] where !known.contains(choice) {
      throw .usage(
        "--\(name): unknown '\(choice)'; expected some of \(known.joined(separator: ", "))")
    }
    return chosen
  }

  /// Where programs of this user keep what can be made again.
  private static var cacheFolder: String {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let folder = variable("XDG_CACHE_HOME") { return folder + "/fm-benchmark" }
    guard let home = variable("HOME") else {
      return (variable("TMPDIR") ?? "/tmp") + "/fm-benchmark"
    }
    #if canImport(Darwin)
    return home + "/Library/Caches/fm-benchmark"
    #else
    return home + "/.cache/fm-benchmark"
    #endif
  }
}
