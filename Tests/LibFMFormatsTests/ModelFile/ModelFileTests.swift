// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Model files")
struct ModelFileTests {
  typealias Shape = FactorizationMachine.Shape

  static let shapes: [Shape] = [
    Shape(factorCount: 3, featureCount: 5), Shape(factorCount: 1, featureCount: 4),
    Shape(factorCount: 0, featureCount: 3), Shape(factorCount: 8, featureCount: 1),
    Shape(usesBias: false, factorCount: 2, featureCount: 2),
    Shape(usesWeights: false, factorCount: 2, featureCount: 2),
    Shape(usesBias: false, usesWeights: false, factorCount: 0, featureCount: 2),
  ]

  static let text = """
    #global bias W0
    0.25
    #unary interactions Wj
    0.5
    -1
    #pairwise interactions Vj,f
    1 2
    3 -4.5

    """

  @Test("machines of all shapes come back, at 17 digits exactly", arguments: shapes)
  func roundTrip(shape: Shape) throws {
    let folder = try TemporaryFolder()
    let machine = try Self.machine(shape)
    try ModelFile.write(machine, to: folder["model"], digits: 17)
    for found in [
      try ModelFile.read(folder["model"]), try ModelFile.read(folder["model"], shape: shape),
    ] {
      #expect(found.shape == shape)
      #expect(Self.parameters(found) == Self.parameters(machine))
    }
  }

  @Test("the format is the original's, with six digits")
  func writesTheFormat() throws {
    let folder = try TemporaryFolder()
    let shape = Shape(factorCount: 2, featureCount: 2)
    var machine = try FactorizationMachine(shape: shape)
    machine.bias = 0.25
    machine[weight: 0] = 0.5
    machine[weight: 1] = -1
    machine[factor: 0, ofFeature: 0] = 1
    machine[factor: 1, ofFeature: 0] = 2
    machine[factor: 0, ofFeature: 1] = 3
    machine[factor: 1, ofFeature: 1] = -4.5
    try ModelFile.write(machine, to: folder["model"])
    #expect(try folder.text(of: "model") == Self.text)
    machine.bias = 1.0 / 3
    try ModelFile.write(machine, to: folder["model"])
    #expect(try folder.text(of: "model").hasPrefix("#global bias W0\n0.333333\n"))
  }

  static let misfits: [(old: String, new: String, line: Int?, message: String)] = [
    (text, "", nil, "the file is empty"),
    ("#pairwise interactions Vj,f", "#pairs", 6, "found '#pairs'; expected the line '#pairwise"),
    ("#global bias W0\n0.25\n", "#global bias W0\n", 2, "the bias is missing"),
    ("#global bias W0\n0.25\n", "", nil, "the model has no bias"),
    ("#global bias W0", "1 2:3", 1, "found '1 2:3'; expected the line '#pairwise"),
    ("#unary interactions Wj\n0.5\n-1\n", "", nil, "the model has no linear weights"),
    ("0.5\n-1\n", "0.5\n", 7, "the model has 1 linear weights but 2 lines of factors"),
    ("3 -4.5\n", "", 7, "the model has 2 linear weights but 1 lines of factors"),
    ("1 2\n3 -4.5\n", "1 2 3\n3 -4.5 6\n", nil, "the model has 3 factors, wanted are 2"),
    ("0.5\n-1\n", "0.5\n-1\n7\n", 9, "the model has 3 linear weights but 2 lines"),
    ("3 -4.5", "3", 8, "found 1 factors; expected 2"),
    ("3 -4.5", "3 x", 8, "found 'x'; expected a number"),
    ("0.25", "0.25x", 2, "found '0.25x'; expected a number"),
  ]

  @Test("what does not fit is named", arguments: misfits)
  func namesMisfits(old: String, new: String, line: Int?, message: String) throws {
    let folder = try TemporaryFolder()
    let text =
      old == Self.text
      ? new
      : Self.text.split(separator: old, omittingEmptySubsequences: false)
        .joined(separator: new)
    let path = try folder.write(text, to: "model")
    let error = try #require(throws: FormatError.self) {
      try ModelFile.read(path, shape: Shape(factorCount: 2, featureCount: 2))
    }
    #expect(error.line == line, "\(error)")
    #expect(error.found.hasPrefix(message) || error.description.contains(message), "\(error)")
  }

  @Test("all differences of shape are named at once")
  func namesAllDifferences() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.text, to: "model")
    let wanted = Shape(usesBias: false, usesWeights: false, factorCount: 8, featureCount: 7)
    let error = try #require(throws: FormatError.self) {
      try ModelFile.read(path, shape: wanted)
    }
    #expect(
      error.found == "the model has a bias, none is wanted, "
        + "the model has linear weights, none are wanted, the model has 2 factors, wanted are 8, "
        + "the model has 2 features, the data have 7")
  }

  @Test("lines may end with carriage returns")
  func acceptsReturns() throws {
    let folder = try TemporaryFolder()
    let text = Self.text.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
    let machine = try ModelFile.read(try folder.write(text, to: "model"))
    #expect(machine[factor: 1, ofFeature: 1] == -4.5)
  }

  static let byPosition: [(text: String, shape: Shape, parameters: [Double]?)] = [
    (text, Shape(factorCount: 2, featureCount: 2), [0.25, 0.5, -1, 1, 2, 3, -4.5]),
    // Labels are not compared, numbers may have junk behind, lines may be left over.
    ("a\n7x\nb\nnone\n c\n\n1 y\n", Shape(factorCount: 2, featureCount: 1), nil),
    ("a\n7x\nb\nnone\nc\n1 y\nrest", Shape(factorCount: 2, featureCount: 1), [7, 0, 1, 0]),
    ("a\n7\nb\n1\nc\n5\n", Shape(factorCount: 1, featureCount: 1), nil),
    ("a\n7\nb\n1\nc\nany\n", Shape(factorCount: 0, featureCount: 1), [7, 1]),
    ("a\n7\nb\n1\nc\n1 2 \n", Shape(factorCount: 2, featureCount: 1), nil),
    ("a\n7\nb\n1\nc\n1 2\n", Shape(factorCount: 2, featureCount: 2), nil),
    ("", Shape(factorCount: 2, featureCount: 1), nil),
    // A model with one feature too many and three factors is read off by one, as in the original.
    (
      "#\n7\n#\n1\n2\n#pairwise interactions Vj,f\n1 2 3\n4 5 6\n",
      Shape(factorCount: 3, featureCount: 1), [7, 1, 0, 0, 0]
    ),
  ]

  @Test("are read by position where that is asked for", arguments: byPosition)
  func readsByPosition(text: String, shape: Shape, parameters: [Double]?) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "model")
    let machine = try ModelFile.readByPosition(path, shape: shape)
    #expect(machine.map(Self.parameters) == parameters)
  }

  @Test("a missing file is an error, or nil by position")
  func missingFile() throws {
    let folder = try TemporaryFolder()
    let shape = Shape(factorCount: 2, featureCount: 2)
    let machine = try ModelFile.readByPosition(folder["none"], shape: shape)
    #expect(machine.map(Self.parameters) == nil)
    #expect(throws: FormatError.self) { try ModelFile.read(folder["none"]) }
  }

  private static func machine(_ shape: Shape) throws -> FactorizationMachine {
    var random = GlibcRandom(seed: 1)
    var machine = try FactorizationMachine(
      shape: shape, initialDeviation: 1, using: &random)
    if shape.usesBias { machine.bias = -1.0 / 3 }
    if shape.usesWeights { machine.drawWeights(deviation: 1, using: &random) }
    return machine
  }

  /// Bias, weights and factors in the order of the file.
  private static func parameters(_ machine: FactorizationMachine) -> [Double] {
    let shape = machine.shape
    let features = 0..<shape.featureCount
    return (shape.usesBias ? [machine.bias] : [])
      + (shape.usesWeights ? features.map { machine[weight: $0] } : [])
      + features.flatMap { feature in
        (0..<shape.factorCount).map { machine[factor: $0, ofFeature: feature] }
      }
  }
}
