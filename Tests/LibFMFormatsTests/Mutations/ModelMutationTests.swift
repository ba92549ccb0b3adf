// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Models, mutated")
struct ModelMutationTests {
  static let examples = [
    """
    #global bias W0
    0.25
    #unary interactions Wj
    0.5
    -1e-05
    #pairwise interactions Vj,f
    0.1 -0.2
    3 4.25

    """,
    "#pairwise interactions Vj,f\n1 2\n3 4\n", "#pairwise interactions Vj,f\n\n\n",
    "#global bias W0\r\n1\r\n#pairwise interactions Vj,f\r\n7\r\n8\r\n",
    "#unary interactions Wj\n1\n2\n#pairwise interactions Vj,f\n1 2 3\n-nan inf 0x1p-3\n",
  ]
  static let words = [
    "\n", " ", "#", "\r", "\0", "-", "1", "e", ".", "nan", "inf", "0x", "1e400", "1 ", " 2",
    "#global bias W0\n1\n", "#unary interactions Wj\n", "#pairwise interactions Vj,f\n", "\t",
    "0.1234567890123456789", "1e-320", "ä", "\n\n",
  ]

  /// Each seed stands for 25,000 inputs.
  @Test("are read as the format says", arguments: 0..<8 as Range<UInt64>)
  func agreesWithFormat(seed: UInt64) throws {
    var mutator = InputMutator(seed: seed, examples: Self.examples, words: Self.words)
    for _ in 0..<25_000 {
      let text = mutator.next()
      let shape = FactorizationMachine.Shape(
        usesBias: mutator.below(2) == 0, usesWeights: mutator.below(2) == 0,
        factorCount: mutator.below(4), featureCount: mutator.below(4))
      if let problem = Self.problem(text, shape) {
        Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription): \(problem)")
        return
      }
    }
  }

  private static func problem(
    _ text: [UInt8], _ shape: FactorizationMachine.Shape
  ) -> String? {
    text.withUnsafeBufferPointer { bytes in
      let naive = NaiveModel(text)
      do {
        let machine = try ModelFile.read(bytes, path: "model")
        if naive?.isSame(as: machine) != true { return "is read, but not as \(naive as Any)" }
        _ = try ModelFile.read(
          bytes, path: "model", requirements: ModelRequirements(shape: machine.shape))
      } catch let error as FormatError {
        if naive != nil { return "\(error)" }
        let lineCount = text.count { $0 == 10 } + 1
        guard (1...lineCount).contains(error.line ?? 1) else {
          return "\(error) is in no line"
        }
      } catch {
        return "\(error)"
      }
      if let problem = problemOfShape(bytes, shape, naive) { return problem }
      let expected = NaiveModel(text, shape: shape)
      guard let machine = try? ModelFile.readByPosition(bytes, path: "model", shape: shape) else {
        return expected == nil ? nil : "is not read by position"
      }
      return expected?.isSame(as: machine) == true ? nil : "is read otherwise by position"
    }
  }

  /// A shape is taken when it is the model's, and only then.
  private static func problemOfShape(
    _ bytes: UnsafeBufferPointer<UInt8>, _ shape: FactorizationMachine.Shape, _ naive: NaiveModel?
  ) -> String? {
    let fits =
      naive.map { naive in
        naive.usesBias == shape.usesBias && (naive.weights != nil) == shape.usesWeights
          && naive.factors.count == shape.featureCount
          && naive.factors.first.map { $0.count == shape.factorCount } ?? true
      } ?? false
    let isRead =
      (try? ModelFile.read(bytes, path: "model", requirements: ModelRequirements(shape: shape)))
      != nil
    return isRead == fits ? nil : "\(shape) \(fits ? "does not fit" : "fits")"
  }
}
