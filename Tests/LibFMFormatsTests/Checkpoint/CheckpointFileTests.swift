// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import Testing

@testable import LibFMFormats

@Suite("Checkpoints")
struct CheckpointFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  // MARK: What they hold

  private func machine(_ factorCount: Int, featureCount: Int = 5) throws -> FactorizationMachine {
    var random = GlibcRandom(seed: UInt32(factorCount))
    var machine = try FactorizationMachine(
      shape: .init(usesBias: false, factorCount: factorCount, featureCount: featureCount),
      initialDeviation: 0.1, using: &random)
    machine.drawWeights(deviation: 1, using: &random)
    machine.bias = .nan
    return machine
  }

  private func numbers(_ machine: FactorizationMachine) -> [UInt64] {
    let shape = machine.shape
    return machine.withParameters { weights, factors in
      [machine.bias.bitPattern]
        + UnsafeBufferPointer(start: weights, count: shape.featureCount).map(\.bitPattern)
        + UnsafeBufferPointer(start: factors, count: shape.featureCount * shape.factorStride)
        .map(\.bitPattern)
    }
  }

  @Test("bring machines back, whatever their padding", arguments: [0, 1, 2, 3, 4, 5, 8, 9, 70])
  func machines(factorCount: Int) throws {
    for featureCount in [0, 1, 400] {
      let written = StochasticGradientDescent.Snapshot(
        progress: SolverProgress(
          iterationCount: 12, machine: try machine(factorCount, featureCount: featureCount),
          keptMachine: featureCount == 1
            ? try machine(factorCount, featureCount: featureCount) : nil))
      let path = folder["checkpoint"]
      try CheckpointFile.write(written, to: path)
      let file = try CheckpointFile(path)
      #expect(file.iterationCount == 12 && file.solverName == "sgd" && file.conditions.isEmpty)
      #expect(file.course == nil)
      #expect(try file.logLines() == nil)
      let read: StochasticGradientDescent.Snapshot = try file.snapshot()
      #expect(read.progress.machine.shape == written.progress.machine.shape)
      #expect(numbers(read.progress.machine) == numbers(written.progress.machine))
      #expect(read.progress.keptMachine.map(numbers) == written.progress.keptMachine.map(numbers))
    }
  }

  @Test("bring the state of adaptive regularization back")
  func adaptation() throws {
    func arrays(_ count: Int) throws -> ParameterArrays {
      let arrays = try ParameterArrays(count: count, factorStride: 4)
      for index in 0..<count {
        arrays.weights.base[index] = Double(index) / 3
        for factor in 0..<3 { arrays.factors.base[4 * index + factor] = Double(index * factor) }
      }
      return arrays
    }
    let written = AdaptiveRegularization.Snapshot(
      progress: SolverProgress(iterationCount: 1, machine: try machine(3)),
      penalties: try arrays(2), gradients: try arrays(5))
    try CheckpointFile.write(written, to: folder["checkpoint"])
    let read: AdaptiveRegularization.Snapshot =
      try CheckpointFile(folder["checkpoint"]).snapshot()
    for (new, old) in [(read.penalties, written.penalties), (read.gradients, written.gradients)] {
      #expect(Array(new.weights) == Array(old.weights))
      #expect(Array(new.factors) == Array(old.factors))
    }
  }

  private func chain(_ hasAll: Bool) throws -> GibbsSampler.Snapshot {
    var random = GlibcRandom(seed: 9)
    for _ in 0..<17 { _ = random.next() }
    func buffer(_ numbers: Double...) throws -> AlignedBuffer<Double> {
      try AlignedBuffer(numbers)
    }
    func sums(_ start: Double) throws -> GibbsSampler.PredictionSums {
      .init(
        last: try buffer(start, 1), allDraws: try buffer(start, 2),
        laterDraws: try buffer(start, 3))
    }
    return GibbsSampler.Snapshot(
      progress: SolverProgress(
        iterationCount: 7, machine: try machine(2), keptMachine: hasAll ? try machine(2) : nil),
      random: random,
      hyperparameters: Hyperparameters(
        noisePrecision: 0.25, weights: [NormalPrior(mean: 1, precision: 2)],
        factors: [
          NormalPrior(mean: 3, precision: 4), NormalPrior(mean: -0.0, precision: .infinity),
        ]
      ),
      latentTargets: hasAll ? try buffer(0.1, -0.2, 0.3) : nil,
      test: hasAll ? try sums(8) : nil, validation: hasAll ? try sums(9) : nil,
      keptPredictions: hasAll ? try buffer(4, 5) : nil)
  }

  @Test("bring the state of a chain back", arguments: [true, false])
  func chain(hasAll: Bool) throws {
    let written = try chain(hasAll)
    try CheckpointFile.write(written, to: folder["checkpoint"])
    let read: GibbsSampler.Snapshot = try CheckpointFile(folder["checkpoint"]).snapshot()
    #expect(read.random.state == written.random.state)
    #expect(read.hyperparameters == written.hyperparameters)
    #expect(read.latentTargets.map(Array.init) == written.latentTargets.map(Array.init))
    #expect(read.keptPredictions.map(Array.init) == written.keptPredictions.map(Array.init))
    for part in [\GibbsSampler.Snapshot.test, \.validation] {
      #expect((read[keyPath: part] == nil) == !hasAll)
      for buffer in [\GibbsSampler.PredictionSums.last, \.allDraws, \.laterDraws] {
        #expect(
          read[keyPath: part].map { Array($0[keyPath: buffer]) }
            == written[keyPath: part].map { Array($0[keyPath: buffer]) })
      }
    }
  }

  private func course() -> LearningCourse {
    var evaluation = Evaluation(figure: 1.5, meanAbsoluteError: 0.5, logLoss: 2)
    evaluation.greatestScore = .infinity
    evaluation.metrics = [.areaUnderCurve: 0.75, .logLoss: 0.5]
    var course = LearningCourse()
    course.best = .init(
      number: 6, train: evaluation, validation: Evaluation(figure: 3), test: evaluation)
    course.usesKept = true
    course.stopping = EarlyStopping(
      patience: 3, best: .init(iteration: 6, figure: 3), iterationCount: 8)
    course.hasStopped = true
    course.hasWarned = true
    course.divergence.hasWarned = true
    course.divergence.firstGreatestScore = 4
    course.divergence.lastFigure = -1
    course.draws = .init(path: "dräws", count: 5, byteCount: 1 << 40, fingerprint: .max)
    return course
  }

  @Test("bring back what was seen of the run and the lines of its log")
  func courses() throws {
    var undecided = LearningCourse()
    undecided.stopping = EarlyStopping(patience: 1)
    for written in [course(), LearningCourse(), undecided] {
      try CheckpointFile.write(
        try chain(false), to: folder["checkpoint"], conditions: [], course: written,
        logLines: Array("1\t2\n".utf8))
      let file = try CheckpointFile(folder["checkpoint"])
      #expect(file.course == written)
      #expect(try file.logLines() == Array("1\t2\n".utf8))
    }
  }

  // MARK: Conditions

  @Test("name everything that differs")
  func conditions() throws {
    let conditions = [("-dim", "1,1,8"), ("-seed", "1"), ("-train", "40 cases")].map {
      CheckpointFile.Condition(name: $0, value: $1)
    }
    try CheckpointFile.write(
      try chain(false), to: folder["checkpoint"], conditions: conditions)
    let file = try CheckpointFile(folder["checkpoint"])
    #expect(file.conditions == conditions)
    try file.check(conditions)
    try file.check(conditions.reversed())
    try file.check([conditions[1]], isComplete: false)
    func message(_ present: [CheckpointFile.Condition], isComplete: Bool = true) -> String {
      let error = #expect(throws: FormatError.self) {
        try file.check(present, isComplete: isComplete)
      }
      return error?.description ?? ""
    }
    let others = [
      CheckpointFile.Condition(name: "-dim", value: "1,1,9"), .init(name: "-new", value: "x"),
      conditions[1],
    ]
    #expect(
      message(others).contains(
        "another run: -dim was 1,1,8 and is 1,1,9, -new was not given and is x, "
          + "-train was 40 cases and is not given; repeat the flags"))
    #expect(!message(others, isComplete: false).contains("-train"))
  }

  // MARK: Damage

  private func readAll(_ path: String) throws {
    let file = try CheckpointFile(path)
    let _: GibbsSampler.Snapshot = try file.snapshot()
    _ = try file.logLines()
  }

  // That every byte of a container is covered is tested there; these are some of each section.
  @Test("are refused when a byte differs or the end is missing, wherever that is")
  func damage() throws {
    try CheckpointFile.write(
      try chain(true), to: folder["checkpoint"], conditions: [.init(name: "-a", value: "b")],
      course: course(), logLines: [10])
    let bytes = try folder.bytes(of: "checkpoint")
    try readAll(folder["checkpoint"])
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var changed = bytes
      changed[index] ^= 0x04
      let damaged = try folder.write(changed, to: "damaged")
      #expect(throws: FormatError.self, "byte \(index)") { try readAll(damaged) }
      let cut = try folder.write(Array(bytes[..<index]), to: "cut")
      #expect(throws: FormatError.self, "\(index) bytes") { try readAll(cut) }
    }
  }

  /// Writes a checkpoint whose sections are given by hand.
  private func write(
    _ progress: (String, UInt64, UInt64), machine: Int, _ more: [(String, ContainerFields)] = []
  ) throws -> String {
    let writer = try ContainerWriter(
      folder["odd"], kind: ContainerKind(FourLetters("ckpt"), version: 1, name: ""))
    var fields = ContainerFields()
    fields.append(progress.0)
    fields.append(UInt64(3))
    fields.append(true)
    fields.append(true)
    fields.append(progress.1)
    fields.append(progress.2)
    fields.append(false)
    try writer.write(FourLetters("prog"), fields)
    var none = ContainerFields()
    none.append(UInt64(0))
    try writer.write(FourLetters("cond"), none)
    var numbers = ContainerFields()
    for _ in 0..<machine { numbers.append(0.5) }
    try writer.write(FourLetters("mach"), numbers)
    for (tag, fields) in more {
      try writer.write(
        FourLetters(code: tag.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }), fields)
    }
    try writer.commit()
    return folder["odd"]
  }

  @Test("whose parts contradict each other are refused before memory is taken")
  func contradictions() throws {
    let right = try CheckpointFile(write(("sgd", 1, 2), machine: 5))
    let snapshot: StochasticGradientDescent.Snapshot = try right.snapshot()
    #expect(snapshot.progress.machine[factor: 0, ofFeature: 1] == 0.5)
    for (factors, features, count) in [
      (1, 2, 4), (1, 2, 6), (2_000_000_000, 2_000_000_000, 5), (0, 2_000_000_000, 0), (3, 0, 0),
    ] as [(UInt64, UInt64, Int)] {
      let path = try write(("sgd", factors, features), machine: count)
      #expect(throws: FormatError.self) {
        let _: StochasticGradientDescent.Snapshot = try CheckpointFile(path).snapshot()
      }
    }
    #expect(throws: FormatError.self) {
      _ = try CheckpointFile(write(("sgd", 1, 1 << 40), machine: 5))
    }
    var odd = ContainerFields()
    odd.append(UInt32(7))
    for tag in ["pena", "grad"] {
      let path = try write(
        ("sgda", 1, 2), machine: 5, [("pena", tag == "pena" ? odd : sectionOfGroup), ("grad", odd)])
      #expect(throws: FormatError.self, "\(tag)") {
        let _: AdaptiveRegularization.Snapshot = try CheckpointFile(path).snapshot()
      }
    }
    let path = try write(("gibbs", 1, 2), machine: 5, [("chai", odd)])
    #expect(throws: FormatError.self) {
      let _: GibbsSampler.Snapshot = try CheckpointFile(path).snapshot()
    }
  }

  private var sectionOfGroup: ContainerFields {
    var fields = ContainerFields()
    for number in [0, 0.5, 0.25] { fields.append(number) }
    return fields
  }

  @Test("of another solver, another kind or a later version are refused by name")
  func others() throws {
    try CheckpointFile.write(try chain(false), to: folder["checkpoint"])
    let other = #expect(throws: FormatError.self) {
      let _: StochasticGradientDescent.Snapshot =
        try CheckpointFile(folder["checkpoint"]).snapshot()
    }
    #expect(other?.description.contains("of the solver 'gibbs'; expected one of 'sgd'") == true)
    let writer = try ContainerWriter(
      folder["later"], kind: ContainerKind(FourLetters("ckpt"), version: 2, name: ""))
    try writer.commit()
    let later = #expect(throws: FormatError.self) { try CheckpointFile(folder["later"]) }
    #expect(later?.description.contains("a checkpoint of version 2") == true)
    let text = try folder.write("0.5\n", to: "text")
    let kind = #expect(throws: FormatError.self) { try CheckpointFile(text) }
    #expect(kind?.description.contains("this is not a checkpoint") == true)
  }

  @Test("leave the former one whole when they cannot be written")
  func failure() throws {
    try CheckpointFile.write(try chain(false), to: folder["checkpoint"])
    let before = try folder.bytes(of: "checkpoint")
    chmod(folder["checkpoint"], 0o444)
    #expect(throws: FormatError.self) {
      try CheckpointFile.write(try chain(true), to: folder["checkpoint"])
    }
    #expect(try folder.bytes(of: "checkpoint") == before)
    #expect(try folder.names == ["checkpoint"])
  }
}
