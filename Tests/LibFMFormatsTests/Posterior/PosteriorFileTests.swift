// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Files of posterior draws")
struct PosteriorFileTests {
  private static let shapes: [FactorizationMachine.Shape] = [
    .init(factorCount: 3, featureCount: 7), .init(factorCount: 8, featureCount: 2),
    .init(usesWeights: false, factorCount: 1, featureCount: 3),
    .init(usesBias: false, factorCount: 0, featureCount: 5),
    .init(usesBias: false, usesWeights: false, factorCount: 0, featureCount: 4),
    .init(factorCount: 2, featureCount: 0),
  ]

  @Test("bring every draw back", arguments: shapes, PosteriorPrecision.allCases)
  func roundTrip(shape: FactorizationMachine.Shape, precision: PosteriorPrecision) throws {
    let folder = try TemporaryFolder()
    let machines = try (0..<3).map { try machine(shape, seed: UInt32($0)) }
    let writer = try PosteriorWriter(
      folder["file"], training: training(shape), precision: precision)
    for (index, machine) in machines.enumerated() {
      try writer.add(machine, iteration: index, noisePrecision: Double(index) + 0.5)
    }
    let sizeOfDraws = 3 * PosteriorWriter.byteCount(ofDrawWith: shape, precision: precision)
    try writer.commit()

    let posterior = try Posterior(folder["file"])
    #expect(posterior.drawCount == 3 && posterior.precision == precision)
    #expect(posterior.training.shape == shape && posterior.training.seed == 9)
    let overhead = try folder.bytes(of: "file").count - sizeOfDraws
    #expect((0..<512).contains(overhead))
    for (index, machine) in machines.enumerated() {
      let draw = try posterior.draw(index)
      #expect(draw.iteration == index && draw.noisePrecision == Double(index) + 0.5)
      #expect(draw.machine.bias == machine.bias)
      let expected = parameters(machine)
      #expect(
        parameters(draw.machine)
          == (precision == .double ? expected : expected.map { Double(Float($0)) }))
    }
  }

  @Test(
    "keep the iterations that were asked for",
    arguments: [(0, 1, [0, 1, 2, 3, 4, 5, 6, 7]), (3, 1, [3, 4, 5, 6, 7]), (1, 3, [1, 4, 7])])
  func selection(burnIn: Int, thinning: Int, expected: [Int]) throws {
    let folder = try TemporaryFolder()
    let selection = DrawSelection(burnIn: burnIn, thinning: thinning)
    #expect(selection.count(below: 8) == expected.count)
    #expect(selection.count(below: burnIn) == 0 && selection.count(below: burnIn + 1) == 1)
    let writer = try writer(folder["file"], selection: selection, iterations: 0..<8)
    #expect(writer.drawCount == expected.count)
    try writer.commit()
    let posterior = try Posterior(folder["file"])
    #expect(posterior.selection == selection)
    #expect(
      try (0..<posterior.drawCount).map { try posterior.draw($0).iteration } == expected)
  }

  @Test("can leave out the draws after the best iteration")
  func keptOnly() throws {
    let folder = try TemporaryFolder()
    let whole = try writer(folder["whole"], iterations: 0..<3)
    try whole.commit(keptOnly: true)
    for (name, last) in [("cut", 3..<900), ("uncut", 3..<3)] {
      let writer = try writer(folder[name], iterations: 0..<3)
      writer.keep()
      for iteration in last {
        try writer.add(machine(smallShape), iteration: iteration, noisePrecision: 1)
      }
      try writer.commit(keptOnly: true)
      #expect(writer.drawCount == 3)
      #expect(try folder.bytes(of: name) == folder.bytes(of: "whole"))
    }
    let all = try writer(folder["all"], iterations: 0..<2)
    all.keep()
    try all.add(machine(smallShape), iteration: 2, noisePrecision: 1)
    try all.commit()
    #expect(try folder.bytes(of: "all") == folder.bytes(of: "whole"))
  }

  @Test("are not made of no draws, and leave nothing behind when they are given up")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let empty = try writer(folder["file"], selection: DrawSelection(burnIn: 5), iterations: 0..<5)
    let error = #expect(throws: FormatError.self) { try empty.commit() }
    #expect(error?.description.contains("no draw to keep") == true)
    #expect(error?.description.contains("iteration 5 or a later one") == true)
    _ = try writer(folder["file"], iterations: 0..<2)
    #expect(try folder.names.isEmpty)
  }

  @Test(
    "go on after a break, with the draws up to the best iteration known", arguments: [0, 1, 2, 3])
  func goingOn(keptCount: Int) throws {
    let folder = try TemporaryFolder()
    func add(_ iterations: Range<Int>, to writer: PosteriorWriter) throws {
      for iteration in iterations {
        try writer.add(
          machine(smallShape, seed: UInt32(1 + iteration)), iteration: iteration, noisePrecision: 2)
      }
    }
    func lasting(_ name: String, after earlier: EarlierDraws? = nil) throws -> PosteriorWriter {
      try PosteriorWriter(
        lasting: folder[name], training: training(smallShape), selection: DrawSelection(),
        precision: .double, after: earlier)
    }
    for (name, count) in [("whole", 5), ("best", max(1, keptCount))] {
      let writer = try PosteriorWriter(folder[name], training: training(smallShape))
      try add(0..<count, to: writer)
      try writer.commit()
    }
    var saved: LearningCourse.SavedDraws?
    do {
      let writer = try lasting("file")
      try add(0..<3, to: writer)
      saved = try writer.synchronize(keptOnly: false)
      try add(3..<4, to: writer)
    }
    let draws = try #require(saved)
    #expect(draws.count == 3 && draws.path == folder["file"])
    let partial = folder["file.partial"]
    #expect(try EarlierDraws(folder["best"], draws, keptCount: nil) == nil || keptCount == 3)
    let earlier = try #require(try EarlierDraws(partial, draws, keptCount: keptCount))
    for name in ["other", "file"] {
      let writer = try lasting(name, after: earlier)
      #expect(writer.drawCount == 3)
      try add(3..<5, to: writer)
      if keptCount > 0 {
        #expect(try writer.commit(keptOnly: true, keepingOthers: true))
        #expect(try folder.bytes(of: name) == folder.bytes(of: "best"))
      } else {
        #expect(throws: FormatError.self) {
          try writer.commit(keptOnly: true, keepingOthers: false)
        }
      }
    }
    let again = try lasting(
      "file",
      after: try EarlierDraws(
        keptCount > 0 ? folder["other.partial"] : partial, draws, keptCount: keptCount))
    try add(3..<5, to: again)
    #expect(try !again.commit(keptOnly: false, keepingOthers: true))
    #expect(try folder.bytes(of: "file") == folder.bytes(of: "whole"))
  }

  @Test("predict what their draws predict in memory", arguments: PosteriorPrecision.allCases)
  func predictions(precision: PosteriorPrecision) throws {
    let folder = try TemporaryFolder()
    let shape = FactorizationMachine.Shape(factorCount: 5, featureCount: 40)
    let machines = try (0..<6).map { try machine(shape, seed: UInt32(100 + $0)) }
    let writer = try PosteriorWriter(
      folder["file"], training: training(shape), precision: precision)
    for (index, machine) in machines.enumerated() {
      try writer.add(machine, iteration: index, noisePrecision: 4)
    }
    try writer.commit()
    let rows = (0..<50).map { row -> [(id: UInt32, value: Float)] in
      let (user, item) = (UInt32(row % 20), UInt32(20 + row * 7 % 20))
      return [(user, 1), (item, 0.5)]
    }
    let matrix = try SparseMatrix(rows: rows)
    let statistics = PosteriorPredictions.Statistics(
      includesDeviations: true, includesNoise: true, quantiles: [0.25, 0.75])
    let inMemory = try PosteriorPredictions(
      for: PosteriorCases(matrix: matrix, relations: []), shape: shape, drawCount: 6,
      task: .regression, targetRange: training(shape).targetRange, statistics: statistics,
      pool: WorkerPool(workerCount: 1)
    ) { index, view in view = DrawView(machine: machines[index], noisePrecision: 4) }
    let posterior = try Posterior(folder["file"])
    let fromFile = try posterior.predictions(
      for: matrix, statistics: statistics, pool: WorkerPool(workerCount: 3))
    // Scores of about 3 whose summands are rounded by 6e-8 of their size.
    let tolerance = precision == .double ? 0 : 3e-6
    for (one, other) in [
      (fromFile.means, inMemory.means),
      (try #require(fromFile.standardDeviations), try #require(inMemory.standardDeviations)),
      (try #require(fromFile.quantiles), try #require(inMemory.quantiles)),
    ] {
      #expect(one.count == other.count)
      #expect(zip(one, other).allSatisfy { abs($0 - $1) <= tolerance })
    }
  }

  @Test("leave out what they do not know")
  func unknownFeatures() throws {
    let folder = try TemporaryFolder()
    try writer(folder["file"], iterations: 0..<2).commit()
    let posterior = try Posterior(folder["file"])
    let known = try SparseMatrix(rows: [[(0, 1)], []])
    let more = try SparseMatrix(rows: [[(0, 1), (3, 5)], [(77, 1)]])
    let pool = WorkerPool(workerCount: 1)
    #expect(try posterior.knownCases(more).droppedCount == 2)
    let dataset = try Dataset(rows: [[(0, 1), (9, 1)], []], targets: [0, 0])
    #expect(
      try Array(posterior.predictions(for: dataset, pool: pool).means)
        == Array(posterior.predictions(for: known, pool: pool).means))
    #expect(
      Array(try posterior.predictions(for: more, pool: pool).means)
        == Array(try posterior.predictions(for: known, pool: pool).means))
    let relation = Relation(
      matrix: known, groups: FeatureGroups(singleGroupOf: 1),
      trainMapping: try AlignedBuffer(count: 0), testMapping: try AlignedBuffer([0, 1]))
    let error = #expect(throws: FormatError.self) {
      try posterior.predictions(for: known, relations: [relation], pool: pool)
    }
    #expect(error?.description.contains("with 0 relations, 1 is given") == true)
  }

  @Test("tell what they cannot answer")
  func statistics() throws {
    let folder = try TemporaryFolder()
    try writer(folder["single"], iterations: 0..<1).commit()
    let single = #expect(throws: FormatError.self) {
      try Posterior(folder["single"]).check(.init(includesDeviations: true))
    }
    #expect(single?.description.contains("a single draw") == true)
    let classes = try PosteriorWriter(
      folder["classes"], training: training(smallShape, task: .classification))
    for index in 0..<2 {
      try classes.add(machine(smallShape), iteration: index, noisePrecision: 1)
    }
    try classes.commit()
    let noisy = #expect(throws: FormatError.self) {
      try Posterior(folder["classes"]).check(.init(includesDeviations: true, includesNoise: true))
    }
    #expect(noisy?.description.contains("no noise") == true)
  }

  @Test("are refused when they are damaged, wherever that is, or end early")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try writer(folder["file"], iterations: 0..<2).commit()
    let bytes = try folder.bytes(of: "file")
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x20
      let damaged = try folder.write(changed, to: "damaged")
      #expect(throws: FormatError.self, "byte \(index)") { try readAll(damaged) }
      let cut = try folder.write(Array(bytes[..<index]), to: "cut")
      #expect(throws: FormatError.self, "\(index) bytes") { try readAll(cut) }
    }
  }

  @Test("of a later version, of another kind or without draws are refused by name")
  func otherFiles() throws {
    let folder = try TemporaryFolder()
    func expect(_ path: String, _ text: String) {
      let error = #expect(throws: FormatError.self) { try Posterior(path) }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
    try writer(folder["file"], iterations: 0..<2).commit()
    var bytes = try folder.bytes(of: "file")
    bytes[12] = 2
    expect(
      try folder.write(bytes, to: "later"),
      "later: a posterior file of version 2; expected a version from 1 to 1; use the newer")
    expect(
      try folder.write("#global bias W0\n", to: "model"), "model: this is not a posterior file")
    let other = ContainerKind(FourLetters("modl"), version: 1, name: "a model file")
    try ContainerWriter(folder["other"], kind: other).commit()
    expect(folder["other"], "of the kind 'modl'; expected a posterior file")
    let container = try ContainerWriter(folder["empty"], kind: PosteriorFormat.kind)
    try training(smallShape).write(to: container)
    var fields = ContainerFields()
    fields.append(false)
    fields.append(UInt64(0))
    fields.append(UInt64(1))
    try container.write(PosteriorFormat.settingsTag, fields)
    try container.commit()
    expect(folder["empty"], "the section 'drws' has no draws")
  }

  @Test("with draws of another size than the shape has are refused before memory is taken")
  func wrongSize() throws {
    let folder = try TemporaryFolder()
    let container = try ContainerWriter(folder["file"], kind: PosteriorFormat.kind)
    let shape = FactorizationMachine.Shape(
      factorCount: Int(Int32.max), featureCount: Int(UInt32.max))
    try training(shape).write(to: container)
    var fields = ContainerFields()
    fields.append(true)
    fields.append(UInt64(0))
    fields.append(UInt64(1))
    try container.write(PosteriorFormat.settingsTag, fields)
    try container.write(PosteriorFormat.drawTag, fields)
    try container.commit()
    let error = #expect(throws: FormatError.self) { try Posterior(folder["file"]) }
    #expect(error?.description.contains("draws of 17 bytes") == true)
  }

  // MARK: Support

  private let smallShape = FactorizationMachine.Shape(factorCount: 1, featureCount: 3)

  private func training(
    _ shape: FactorizationMachine.Shape, task: LearningTask = .regression
  ) -> TrainingDescription {
    TrainingDescription(
      task: task, method: "mcmc", targetRange: TargetRange(lower: -2, upper: 2.5), shape: shape,
      seed: 9)
  }

  private func machine(
    _ shape: FactorizationMachine.Shape, seed: UInt32 = 1
  ) throws -> FactorizationMachine {
    var random = GlibcRandom(seed: seed)
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 0.7, using: &random)
    if shape.usesWeights { machine.drawWeights(deviation: 1, using: &random) }
    machine.bias = random.normal(mean: 0, deviation: 1)
    return machine
  }

  private func writer(
    _ path: String, selection: DrawSelection = DrawSelection(), iterations: Range<Int>
  ) throws -> PosteriorWriter {
    let writer = try PosteriorWriter(path, training: training(smallShape), selection: selection)
    for iteration in iterations {
      try writer.add(
        machine(smallShape, seed: UInt32(iteration < 3 ? 1 : iteration)), iteration: iteration,
        noisePrecision: 1)
    }
    return writer
  }

  private func parameters(_ machine: FactorizationMachine) -> [Double] {
    (0..<machine.shape.featureCount).flatMap { feature in
      [machine[weight: feature]]
        + (0..<machine.shape.factorCount).map { machine[factor: $0, ofFeature: feature] }
    }
  }

  private func readAll(_ path: String) throws {
    let posterior = try Posterior(path)
    for index in 0..<posterior.drawCount { _ = try posterior.draw(index) }
  }
}
