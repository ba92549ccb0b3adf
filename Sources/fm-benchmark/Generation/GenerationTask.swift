// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import LibFMFormats

/// Writes a train and a test file of generated cases.
struct GenerationTask {
  private let star: StarSchemaTask?
  private let options: CaseGenerator.Options
  private let testRowCount: Int
  private let rule: FeatureNumbering.Rule
  private let prefix: String
  private let splitSeed: UInt64

  /// - Throws: a `CommandError` when the options do not fit together.
  init(_ flags: ParsedFlags) throws(CommandError) {
    let columnCount =
      flags.isGiven("columns") ? try flags.integer("columns", in: 2...10_000) : nil
    let isStar = flags.operands[0] == Shape.starName
    guard
      let shape = Shape(name: isStar ? "ratings" : flags.operands[0], columnCount: columnCount)
    else {
      throw .usage(
        "unknown shape '\(flags.operands[0])'; expected "
          + Shape.names.map { $0.0 }.joined(separator: ", "))
    }
    guard !flags.isGiven("layout") else {
      throw .usage("--layout only goes with \(Shape.movieLensName)")
    }
    guard let seed = UInt64(exactly: try flags.integer("seed", in: 0...Int.max, default: 1)),
      let rule = FeatureNumbering.Rule(rawValue: flags.text("ids") ?? "by-field")
    else { throw .usage("--ids: expected by-field or first-appearance") }
    let fraction = flags.number("test-fraction") ?? 0.1
    guard (0..<1).contains(fraction) else {
      throw .usage("--test-fraction: \(fraction) is out of range; expected 0 up to below 1")
    }
    var random = SplitMix64(seed: seed)
    options = CaseGenerator.Options(
      shape: shape, rowCount: try flags.integer("rows", in: 1...1_000_000_000_000),
      userCount: try flags.integer("users", in: 1...500_000_000),
      itemCount: try flags.integer("items", in: 1...500_000_000),
      step: flags.isGiven("half-steps") ? 0.5 : 1,
      classifies: flags.isGiven("classification"), seed: random.next())
    splitSeed = random.next()
    testRowCount = Int((Double(options.rowCount) * fraction).rounded())
    self.rule = rule
    let out = try flags.requiredText("out")
    prefix = out.hasSuffix("/") ? out : out + "."
    try options.check()
    star =
      isStar
      ? try StarSchemaTask(flags, options, testRowCount: testRowCount, prefix: prefix) : nil
  }

  /// Streams the cases to the two files, which appear when both are complete.
  func run() throws {
    if let star { return try star.run() }
    var generator = CaseGenerator(options)
    var numbering = FeatureNumbering(levelCounts: generator.levelCounts, rule: rule)
    var split = TestSplit(
      rowCount: options.rowCount, testRowCount: testRowCount, seed: splitSeed)
    let trainFile = try WholeFile(prefix + "train.libfm")
    let testFile = try WholeFile(prefix + "test.libfm")
    var train = CaseWriter { try trainFile.write($0) }
    var test = CaseWriter { try testFile.write($0) }
    var drawn = GeneratedCase()
    for _ in 0..<options.rowCount {
      generator.next(into: &drawn)
      if split.next() {
        try test.append(drawn, numbering: &numbering)
      } else {
        try train.append(drawn, numbering: &numbering)
      }
    }
    try train.flush()
    try test.flush()
    try trainFile.commit()
    try testFile.commit()
  }
}
