// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Models in the full format")
struct TrainedModelTests {
  typealias Shape = FactorizationMachine.Shape

  private let folder: TemporaryFolder
  private let pool = WorkerPool(workerCount: 2)

  init() throws {
    folder = try TemporaryFolder()
  }

  static let shapes: [Shape] = [true, false].flatMap { usesBias in
    [true, false].flatMap { usesWeights in
      [0, 1, 2, 3, 8, 9].flatMap { factorCount in
        [0, 1, 5].map {
          Shape(
            usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount, featureCount: $0
          )
        }
      }
    }
  }

  @Test("bring back every bit of every shape")
  func roundTrip() throws {
    for shape in Self.shapes {
      let model = try Self.model(shape)
      try model.write(to: folder["model"])
      let found = try TrainedModel.load(folder["model"])
      #expect(found.training.shape == shape)
      #expect(Self.bits(found.machine) == Self.bits(model.machine))
      #expect(
        try Self.bits(FactorizationMachine.load(folder["model"])) == Self.bits(model.machine))
    }
  }

  @Test("take a tile of features after the other")
  func manyFeatures() throws {
    let model = try Self.model(Shape(factorCount: 3, featureCount: 10_000))
    try model.write(to: folder["model"])
    #expect(
      try Self.bits(TrainedModel.load(folder["model"]).machine) == Self.bits(model.machine))
    // Three factors take three numbers, not four as in memory.
    #expect(try folder.bytes(of: "model").count < 8 * 4 * 10_000 + 400)
  }

  @Test("are recognized among texts")
  func eitherFormat() throws {
    let model = try Self.model(Shape(factorCount: 2, featureCount: 3))
    try model.write(to: folder["full"])
    try ModelFile.write(model.machine, to: folder["text"], digits: 17)
    for (name, isFull) in [("full", true), ("text", false)] {
      let content = try ModelFile.load(folder[name])
      #expect((content.training != nil) == isFull)
      #expect(
        try Self.bits(FactorizationMachine.load(folder[name])) == Self.bits(content.machine))
      let shape = Shape(factorCount: 2, featureCount: 3)
      let machine = try #require(try ModelFile.readByPosition(folder[name], shape: shape))
      #expect(machine.shape == shape)
    }
    let error = #expect(throws: FormatError.self) { try TrainedModel.load(folder["text"]) }
    #expect(error?.description.contains("this is no model in the full format") == true)
  }

  @Test("are refused when a byte differs, whichever it is, and when they end early")
  func damage() throws {
    try Self.model(Shape(factorCount: 3, featureCount: 2)).write(to: folder["model"])
    let bytes = try folder.bytes(of: "model")
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x10
      let path = try folder.write(changed, to: "damaged")
      #expect(throws: FormatError.self, "byte \(index)") { try TrainedModel.load(path) }
      let cut = try folder.write(Array(bytes[..<index]), to: "cut")
      #expect(throws: FormatError.self, "\(index) bytes") { try ModelFile.load(cut) }
    }
    func message(_ bytes: [UInt8]) throws -> String {
      let path = try folder.write(bytes, to: "changed")
      return #expect(throws: FormatError.self) { try ModelFile.load(path) }?.description ?? ""
    }
    var later = bytes
    later[12] = 2
    #expect(
      try message(later).contains("a model file of version 2; expected a version from 1 to 1"))
    #expect(try message(bytes.dropLast()).contains("ends after \(bytes.count - 1) bytes"))
    var damaged = bytes
    damaged[bytes.count - 60] ^= 1
    #expect(try message(damaged).contains("the checksum of the section 'fact' does not hold"))
  }

  @Test("whose parameters are not those of their shape are refused")
  func otherSizes() throws {
    let small = try Self.model(Shape(factorCount: 2, featureCount: 3))
    for (shape, text) in [
      (Shape(factorCount: 2, featureCount: 4), "'wght' has 24 bytes; expected 4 × 1 numbers"),
      (Shape(factorCount: 3, featureCount: 3), "'fact' has 48 bytes; expected 3 × 3 numbers"),
      (
        Shape(usesWeights: false, factorCount: .init(Int32.max), featureCount: 3),
        "expected 3 × 2147483647 numbers"
      ),
    ] {
      let kind = ContainerKind(FourLetters("modl"), version: 1, name: "a model file")
      let writer = try ContainerWriter(folder["model"], kind: kind)
      try Self.description(shape).write(to: writer)
      try small.machine.write(to: writer)
      try writer.commit()
      let error = #expect(throws: FormatError.self) { try TrainedModel.load(folder["model"]) }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
  }

  @Test("that do not meet the requirements are refused, with all that differs")
  func requirements() throws {
    let shape = Shape(usesBias: false, factorCount: 2, featureCount: 5)
    var description = Self.description(shape)
    description.blockFeatureCounts = [3, 2]
    try TrainedModel(machine: FactorizationMachine(shape: shape), training: description)
      .write(to: folder["model"])
    var requirements = ModelRequirements()
    requirements.task = .regression
    requirements.factorCount = 2
    requirements.blockFeatureCounts = [3, 2]
    #expect(
      try ModelFile.load(folder["model"], requirements: requirements).training?.blockFeatureCounts
        == [3, 2])
    // Whoever asks for a shape does not care where the features come from.
    #expect(try ModelFile.read(folder["model"], shape: shape).shape == shape)
    requirements.task = .classification
    requirements.usesBias = true
    requirements.usesWeights = false
    requirements.factorCount = 8
    requirements.blockFeatureCounts = [5]
    let error = #expect(throws: FormatError.self) {
      try ModelFile.load(folder["model"], requirements: requirements)
    }
    #expect(
      error?.found == "the model was learned for regression, wanted is classification, "
        + "the model has no bias, the model has linear weights, none are wanted, "
        + "the model has 2 factors, wanted are 8, "
        + "the model has 3 features and relations of 2, the data have 5 features and no relation")
  }

  @Test("without features still tell their factors")
  func noFeatures() throws {
    try Self.model(Shape(factorCount: 2, featureCount: 0)).write(to: folder["model"])
    let error = #expect(throws: FormatError.self) {
      try ModelFile.read(folder["model"], shape: Shape(factorCount: 3, featureCount: 0))
    }
    #expect(error?.found == "the model has 2 factors, wanted are 3")
  }

  @Test("predict by the rule of their method", arguments: ["sgd", "sgda", "als", "mcmc"])
  func predictions(method: String) throws {
    var description = Self.description(Shape(factorCount: 3, featureCount: 5))
    description.method = method
    description.targetRange = TargetRange(lower: -0.5, upper: 0.5)
    let model = TrainedModel(
      machine: try Self.model(description.shape).machine, training: description)
    let family: PredictionRule.Family = method.hasPrefix("sgd") ? .gradientDescent : .sampler
    // The last row has features that the model does not know.
    let matrix = try SparseMatrix(rows: [[(4, 1), (0, 2)], [(2, 0.5)], [(2, 0.5), (5, 9)]])
    let known = try matrix.droppingColumns(from: 5).matrix
    let expected = try model.machine.predictions(
      for: known,
      rule: PredictionRule(
        task: .regression, family: family, targetRange: TargetRange(lower: -0.5, upper: 0.5)),
      pool: pool)
    let predictions = try model.predictions(for: matrix, pool: pool)
    #expect(predictions.map(\.bitPattern) == expected.map(\.bitPattern))
    #expect(predictions[1] == predictions[2])
    let dataset = Dataset(
      matrix: matrix, targets: try AlignedBuffer([0, 0, 0]), targetRange: TargetRange())
    #expect(try Array(model.predictions(for: dataset, pool: pool)) == Array(expected))
  }

  @Test("take the relations that they were learned with, of whatever features")
  func relations() throws {
    var description = Self.description(Shape(factorCount: 3, featureCount: 9))
    description.method = "als"
    description.blockFeatureCounts = [2, 4, 3]
    description.targetRange = TargetRange(lower: -100, upper: 100)
    let model = TrainedModel(
      machine: try Self.model(description.shape).machine, training: description)
    // The first table has fewer features than the model knows, the second more.
    let relations = [
      try Self.relation([[(0, 1)], [(1, 0.5)]], mapping: [0, 1, 1]),
      try Self.relation([[(2, 2), (3, 7)], [(0, 1), (9, 1)]], mapping: [1, 1, 0]),
    ]
    let matrix = try SparseMatrix(rows: [[(0, 1)], [(1, 1), (2, 1)], []])
    let flat = try SparseMatrix(
      rows: [[(0, 1), (2, 1), (6, 1)], [(1, 1), (3, 0.5), (6, 1)], [(3, 0.5), (8, 2)]],
      columnCount: 9)
    let predictions = try model.predictions(for: matrix, relations: relations, pool: pool)
    for (joined, expected) in zip(predictions, try model.machine.scores(of: flat, pool: pool)) {
      #expect(abs(joined - expected) < 1e-12)
    }
    let cases = try KnownCases(
      matrix, relations: relations, blockFeatureCounts: description.blockFeatureCounts)
    #expect(cases.droppedCount == 3)

    let few = #expect(throws: RelationMismatch.self) {
      try model.predictions(for: matrix, relations: [relations[0]], pool: pool)
    }
    #expect(few?.description.contains("learned with 2 relations, 1 is given") == true)
    let short = try SparseMatrix(rows: [[(0, 1)]])
    let long = #expect(throws: RelationMismatch.self) {
      try model.predictions(for: short, relations: relations, pool: pool)
    }
    #expect(long?.description.contains("relation 0 has 3 test cases; expected 1") == true)
  }

  // MARK: Support

  private static func relation(
    _ rows: [[(id: UInt32, value: Float)]], mapping: [UInt32]
  ) throws -> Relation {
    let matrix = try SparseMatrix(rows: rows)
    return Relation(
      matrix: matrix, groups: FeatureGroups(singleGroupOf: matrix.columnCount),
      trainMapping: try AlignedBuffer(count: 0), testMapping: try AlignedBuffer(mapping))
  }

  private static func description(_ shape: Shape) -> TrainingDescription {
    TrainingDescription(
      task: .regression, method: "sgd", targetRange: TargetRange(lower: 1, upper: 5), shape: shape,
      seed: 42, commandLine: ["-task", "r"])
  }

  /// A model of random parameters, among them a zero with a sign and a NaN.
  private static func model(_ shape: Shape) throws -> TrainedModel {
    var random = GlibcRandom(seed: 1)
    var machine = try FactorizationMachine(shape: shape, initialDeviation: 1, using: &random)
    if shape.usesBias { machine.bias = -1.0 / 3 }
    if shape.usesWeights { machine.drawWeights(deviation: 1, using: &random) }
    if shape.featureCount == 1, shape.usesWeights { machine[weight: 0] = -0.0 }
    if shape.featureCount == 1, shape.factorCount > 0 { machine[factor: 0, ofFeature: 0] = -.nan }
    return TrainedModel(machine: machine, training: description(shape))
  }

  /// The bits of all parameters, those that the shape leaves out as well.
  private static func bits(_ machine: FactorizationMachine) -> [UInt64] {
    let shape = machine.shape
    return machine.withParameters { weights, factors in
      [machine.bias.bitPattern]
        + (0..<shape.featureCount).map { weights[$0].bitPattern }
        + (0..<shape.featureCount * shape.factorStride).map { factors[$0].bitPattern }
    }
  }
}
