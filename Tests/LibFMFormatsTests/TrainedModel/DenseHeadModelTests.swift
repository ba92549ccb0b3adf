// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import Testing

@testable import LibFMFormats

@Suite("Models with a dense head")
struct DenseHeadModelTests {
  private let folder: TemporaryFolder
  private let pool = WorkerPool(workerCount: 2)

  init() throws {
    folder = try TemporaryFolder()
  }

  private static func model(
    factorCount: Int = 3, usesWeights: Bool = true, usesBias: Bool = true
  ) throws -> TrainedModel {
    var random = GlibcRandom(seed: 2)
    let shape = FactorizationMachine.Shape(
      usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount, featureCount: 5)
    let columns = try FeatureGroups([0, 1, 0, 3, 1])
    var model = try DenseHeadMachine(
      shape: shape, columns: columns, activation: .sigmoid, using: &random)
    if usesBias { model.machine.bias = 1.0 / 3 }
    model.head.hasAverages = true
    for input in 0..<model.head.inputCount {
      model.head.scales[input] = random.uniform()
      model.head.shifts[input] = -random.uniform()
      model.head.means[input] = random.uniform()
      model.head.variances[input] = random.uniform()
    }
    let training = TrainingDescription(
      task: .regression, method: "adam", targetRange: TargetRange(lower: -0.1, upper: 1.5),
      shape: shape, groups: columns, seed: 42)
    return TrainedModel(machine: model.machine, training: training, head: model.head)
  }

  @Test(
    "come back with all bits from either format",
    arguments: [(3, true), (0, true), (2, false)], [true, false])
  func roundTrip(shape: (factors: Int, usesWeights: Bool), isText: Bool) throws {
    for usesBias in [true, false] {
      let model = try Self.model(
        factorCount: shape.factors, usesWeights: shape.usesWeights, usesBias: usesBias)
      if isText {
        try model.writeText(to: folder["model"], digits: 17)
      } else {
        try model.write(to: folder["model"])
      }
      let found = try ModelFile.load(folder["model"])
      let training = try #require(found.training)
      #expect(found.head == model.head)
      #expect(training.shape == model.training.shape)
      #expect(training.groups == model.training.groups)
      #expect(training.targetRange == model.training.targetRange)
      #expect(training.task == .regression && training.method == "adam" && training.seed == 42)
      #expect(found.machine.bias == model.machine.bias)
      for feature in 0..<5 where shape.usesWeights {
        #expect(found.machine[weight: feature] == model.machine[weight: feature])
      }
      let cases = try SparseMatrix(rows: [[(0, 1), (3, 2)], [(4, 1), (2, 1), (9, 1)], []])
      let again = TrainedModel(machine: found.machine, training: training, head: found.head)
      let expected = try model.predictions(for: cases, pool: pool)
      #expect(try Array(again.predictions(for: cases, pool: pool)) == Array(expected))
      #expect(Set(expected).count == 3)
    }
  }

  @Test("are refused when a byte differs, whichever it is")
  func damage() throws {
    try Self.model().write(to: folder["model"])
    let bytes = try folder.bytes(of: "model")
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 0x10
      let path = try folder.write(changed, to: "damaged")
      #expect(throws: FormatError.self, "byte \(index)") { try TrainedModel.load(path) }
    }
  }

  @Test(
    "are refused as text with line, what was found and what was expected",
    arguments: [
      ("task regression", "task ranking", ":2: found 'task ranking'; expected 'task' and"),
      ("seed 42", "seed -1", ":4: found 'seed -1'"),
      ("targets -0.1 1.5", "targets 0.7", ":5: found 'targets 0.7'; expected 'targets' and two"),
      ("targets -0.1 1.5", "targets 1.5 -0.1", ":5: found 'targets 1.5 -0.1'"),
      ("method adam", "method ", ":3: found 'method '; expected 'method' and the name"),
      ("activation sigmoid", "activation tanh", ":6: found 'activation tanh'; expected"),
      ("averages yes", "averages", ":7: found 'averages'; expected 'averages' and yes or no"),
      ("columns 4", "columns 0", ":8: found 'columns 0'; expected 'columns' and a number from 1"),
      ("columns 4", "columns 5", "the head has 8 inputs; expected 10, those of 5 columns"),
      ("columns 4", "columns 3", ":22: found '3'; expected a column from 0 to 2"),
      ("#inputs", "#input", ":9: found '#input:"),
      ("#columns of", "1 2 3\n#columns of", ":18: found 3 numbers; expected 5"),
      ("#columns of", "1 2 3 -4 5\n#columns of", ":18: found a variance of -4.0"),
      ("#global bias W0", "0\n#global bias W0", "there are columns for 6 features; expected 5"),
      ("#global bias W0", "#bias", ":24: found '#bias'"),
    ])
  func textMistakes(original: String, replacement: String, message: String) throws {
    try Self.model().writeText(to: folder["model"])
    let text = String(decoding: try folder.bytes(of: "model"), as: UTF8.self)
    let range = try #require(text.range(of: original))
    let path = try folder.write(
      Array(text.replacingCharacters(in: range, with: replacement).utf8), to: "changed")
    let error = #expect(throws: FormatError.self) { try ModelFile.load(path) }
    let description = error?.description ?? ""
    #expect(description.contains(message), "\(description)")
  }

  @Test("are refused as text wherever it is cut off, but for the digits of its last number")
  func truncation() throws {
    try Self.model().writeText(to: folder["model"])
    let bytes = try folder.bytes(of: "model")
    let lastLine = try #require(bytes.dropLast().lastIndex(of: UInt8(ascii: " ")))
    for count in 1...lastLine {
      let path = try folder.write(Array(bytes[..<count]), to: "cut")
      let error = #expect(throws: FormatError.self, "\(count) bytes") { try ModelFile.load(path) }
      #expect(error?.description.contains("the file is empty") == false, "\(count) bytes")
    }
  }
}
