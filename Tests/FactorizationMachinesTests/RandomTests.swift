// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import FactorizationMachines

@Suite("The generator and its distributions")
struct RandomTests {
  @Test(
    "give the numbers of glibc's rand",
    arguments: [
      (0, [1_804_289_383, 846_930_886, 1_681_692_777, 1_714_636_915, 1_957_747_793]),
      (1, [1_804_289_383, 846_930_886, 1_681_692_777, 1_714_636_915, 1_957_747_793]),
      (42, [71_876_166, 708_592_740, 1_483_128_881, 907_283_241, 442_951_012]),
      (4_294_967_295, [254_925_627, 1_205_188_300, 366_127_624, 1_401_405_153, 76_053_476]),
    ] as [(UInt32, [UInt32])])
  func generator(seed: UInt32, expected: [UInt32]) {
    var random = GlibcRandom(seed: seed)
    #expect((0..<5).map { _ in random.next() } == expected)
  }

  @Test("draw normals of seed 1 from ten uniforms")
  func normals() {
    var random = GlibcRandom(seed: 1)
    #expect(
      (0..<5).map { _ in random.standardNormal() } == [
        -0.215662104371425, 0.65381717347983836, -0.56916840346472553, 1.3727430033158086,
        0.33333076108861465,
      ])
    #expect(random.next() == number(10, ofSeed: 1))
  }

  @Test("draw gammas of seed 1 from ten uniforms")
  func gammas() {
    var random = GlibcRandom(seed: 1)
    #expect(
      [3.5, 1.0, 0.3].map { random.standardGamma(shape: $0) } == [
        2.7981877558939416, 1.6810306076195007, 0.014555635796802475,
      ])
    #expect(random.next() == number(10, ofSeed: 1))
  }

  @Test("draw truncated normals of seed 1 from eight uniforms")
  func truncatedNormals() {
    var random = GlibcRandom(seed: 1)
    #expect(
      [-1.0, 0, 0.5, 3].map { random.standardNormal(atLeast: $0) } == [
        -0.215662104371425, 0.65381717347983836, 2.3944908410385928, 3.1236242815109891,
      ])
    #expect(random.next() == number(8, ofSeed: 1))
  }

  @Test(
    "return the mean without a draw when the deviation is 0 or NaN", arguments: [0, Double.nan])
  func noDraw(deviation: Double) {
    var random = GlibcRandom(seed: 7)
    #expect(random.normal(mean: 2.5, deviation: deviation) == 2.5)
    #expect(random.next() == number(0, ofSeed: 7))
  }

  @Test("truncate on the side that is asked for")
  func sides() {
    var random = GlibcRandom(seed: 5)
    for mean in stride(from: -6.0, through: 6, by: 0.25) {
      #expect(random.nonNegativeNormal(mean: mean) >= 0)
      #expect(random.nonPositiveNormal(mean: mean) <= 0)
    }
  }

  @Test("approximate the error function with the reference's digits")
  func errorFunction() {
    #expect(libFMErf(0) == 9.9999997171806854e-10)
    #expect(libFMErf(0.5) == 0.52050001630474718)
    #expect(libFMErf(-1.25) == -0.92290021994294724)
    #expect(libFMNormalCDF(0) == 0.50000000050000004)
    #expect(libFMNormalCDF(3) == 0.99865003271517772)
    #expect(libFMNormalCDF(-8) == 6.106226635438361e-16)
  }

  @Test("tell classes by the side of 0.5 that the distribution function is on")
  func rightClasses() throws {
    var random = GlibcRandom(seed: 9)
    var scores = [
      0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 1e-300, -1e-300, 1e-17, -1e-17,
      1e-9,
      -1e-9, 40, -40, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .infinity, -.infinity,
      .nan,
    ]
    for exponent in -30..<4 {
      for _ in 0..<20 { scores.append(random.standardNormal() * pow(10, Double(exponent))) }
    }
    let cells = try AlignedBuffer(scores)
    for target: Float in [1, -1] {
      let targets = try AlignedBuffer(scores.map { _ in target })
      for (row, score) in scores.enumerated() {
        let p = libFMNormalCDF(score)
        let isRight = target > 0 ? p >= 0.5 : p < 0.5
        let count = countRightClasses(
          of: row..<row + 1, scores: CaseErrors(base: cells.base, stride: 1, positions: nil),
          targets: targets.base)
        #expect(count == (isRight ? 1 : 0), "\(score), \(target)")
      }
    }
  }

  private func number(_ index: Int, ofSeed seed: UInt32) -> UInt32 {
    var random = GlibcRandom(seed: seed)
    for _ in 0..<index { _ = random.next() }
    return random.next()
  }
}
