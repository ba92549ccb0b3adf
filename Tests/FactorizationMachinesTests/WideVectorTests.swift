// SPDX-License-Identifier: Apache-2.0

import CVectorKernels
import Testing

@testable import FactorizationMachines

/// Kernels for wider vectors against those of the baseline, which other tests hold against naive loops.
@Suite("Kernels for wider vectors")
struct WideVectorTests {
  /// The widths that this processor has; none but on x86-64.
  static let widths = [4, 8].filter { $0 <= Int(fm_vector_width()) }

  @Test("score as those of the baseline, to the bit", arguments: widths, Rows.allCases)
  func scores(width: Int, kind: Rows) throws {
    var random = GlibcRandom(seed: 11)
    for factorCount in [0, 1, 2, 3, 4, 7, 8, 10, 16, 33] {
      for (usesBias, usesWeights) in [(true, true), (false, true), (true, false)] {
        let matrix = try kind.matrix(rowCount: 61, &random)
        let machine = try machine(
          FactorizationMachine.Shape(
            usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount,
            featureCount: Rows.featureCount), &random)
        let rows = SparseRows(matrix)
        let (wide, narrow) = (
          try AlignedBuffer<Double>(count: 122), try AlignedBuffer<Double>(count: 122)
        )
        machine.withParameterPointers { parameters in
          for (scores, width) in [(wide, width), (narrow, 0)] {
            writeScores(
              of: 3..<61, in: rows, bias: machine.bias, parameters: parameters, to: scores.base,
              vectorWidth: width)
            writeAscendingScores(
              of: 3..<61, in: rows, bias: machine.bias, parameters: parameters,
              to: CaseErrors(base: scores.base + 61, stride: 1, positions: nil),
              vectorWidth: width)
          }
        }
        #expect(bits(wide) == bits(narrow), "k \(factorCount)")
      }
    }
  }

  @Test("descend as those of the baseline, to the bit", arguments: widths, Rows.allCases)
  func descent(width: Int, kind: Rows) throws {
    var random = GlibcRandom(seed: 12)
    for factorCount in [1, 3, 4, 8, 10, 16, 33] {
      for task in [LearningTask.regression, .classification] {
        let matrix = try kind.matrix(rowCount: 200, &random)
        let targets = try AlignedBuffer<Float>(
          (0..<200).map { _ in random.normal(mean: 0, deviation: 1) > 0 ? 1 : -1 })
        let usesBias = factorCount != 4
        let start = try machine(
          FactorizationMachine.Shape(
            usesBias: usesBias, usesWeights: factorCount != 8, factorCount: factorCount,
            featureCount: Rows.featureCount), &random)
        let steps = GradientSteps(
          rates: PerTerm(bias: 0.01, weights: 0.02, factors: 0.03),
          regularization: PerTerm(bias: 0.1, weights: 0.2, factors: 0.3),
          clip: TargetClip(TargetRange(lower: -1, upper: 1)))
        let caseWeights =
          factorCount % 2 == 0
          ? nil : try AlignedBuffer<Double>((0..<200).map { Double($0 % 4) / 3 })
        let results = [width, 0].map { width in
          var machine = start
          let bias = machine.bias
          machine.bias = machine.withMutableParameters { weights, factors in
            descendRows(
              SparseRows(matrix), targets: targets.base,
              weights: caseWeights.map { UnsafePointer($0.base) }, bias: bias, task: task,
              parameters: ParameterPointers(shape: start.shape, weights: weights, factors: factors),
              steps: steps, vectorWidth: width)
          }
          return bits(of: machine)
        }
        #expect(results[0] == results[1], "k \(factorCount), \(task)")
      }
    }
  }

  @Test("are told apart by what a vector holds")
  func usableWidths() {
    #expect(WideVectors.usableWidth(8, stride: 16) == 8)
    #expect(WideVectors.usableWidth(8, stride: 4) == 4)
    #expect(WideVectors.usableWidth(8, stride: 2) == 0)
    #expect(WideVectors.usableWidth(0, stride: 8) == 0)
  }

  // MARK: Support

  /// Kinds of rows that kernels treat differently.
  enum Rows: CaseIterable {
    case pairs
    case pairsWithValues
    case eights
    case eightsWithValues
    case threes
    case ragged
    case raggedWithValues
    case veryWide

    static let featureCount = 90

    func matrix(rowCount: Int, _ random: inout GlibcRandom) throws -> SparseMatrix {
      let rows = (0..<rowCount).map { row in
        let width =
          switch self {
          case .pairs, .pairsWithValues: 2
          case .eights, .eightsWithValues: 8
          case .threes: 3
          case .ragged, .raggedWithValues: row % 7
          case .veryWide: row % 5 == 0 ? 70 : 3
          }
        let hasValues = [.pairsWithValues, .eightsWithValues, .raggedWithValues].contains(self)
        // A feature may stand twice in a row.
        let ids = (0..<width).map { _ in UInt32(random.uniform() * Double(Self.featureCount)) }
        return ids.sorted().map { id in
          (id: id, value: hasValues ? Float(random.normal(mean: 0, deviation: 1)) : 1)
        }
      }
      return try SparseMatrix(rows: rows, columnCount: Self.featureCount)
    }
  }

  /// A machine with ordinary parameters but a few: zeros of both signs, infinities and no numbers.
  private func machine(
    _ shape: FactorizationMachine.Shape, _ random: inout GlibcRandom
  ) throws -> FactorizationMachine {
    var machine = try FactorizationMachine(shape: shape)
    machine.bias = 0.7
    machine.drawFactors(deviation: 0.5, using: &random)
    machine.drawWeights(deviation: 0.5, using: &random)
    for (feature, value) in [(1, 0.0), (2, -0.0), (3, .infinity), (4, .nan)] {
      if shape.factorCount > 0 {
        machine[factor: shape.factorCount - 1, ofFeature: feature] = value
      }
      machine[weight: feature + 10] = value
    }
    return machine
  }

  /// The bits of numbers; all NaNs are alike.
  private func bits(_ numbers: some Sequence<Double>) -> [UInt64] {
    numbers.map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
  }

  private func bits(of machine: FactorizationMachine) -> [UInt64] {
    let shape = machine.shape
    return bits([machine.bias])
      + machine.withParameters { weights, factors in
        bits((0..<shape.featureCount).map { weights[$0] })
          + (0..<shape.featureCount).flatMap { feature in
            bits((0..<shape.factorCount).map { factors[feature * shape.factorStride + $0] })
          }
      }
  }
}
