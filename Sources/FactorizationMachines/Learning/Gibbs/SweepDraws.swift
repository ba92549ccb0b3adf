// SPDX-License-Identifier: Apache-2.0

/// The standard draws of one sweep, made ahead in the order in which the sweep uses them.
///
/// How many there are, and the shapes of the gamma draws, depend on the model alone.
final class SweepDraws {
  private let options: GibbsSampler.Options
  private let groups: FeatureGroups
  private let shape: FactorizationMachine.Shape
  private let countingCaseCount: Int
  private let draws: AlignedBuffer<Double>
  private var random: GlibcRandom?

  /// Gives nil when nothing is drawn, or so much that it would burden the memory.
  init?(state: GibbsState) throws(OutOfMemoryError) {
    options = state.options
    groups = state.groups
    shape = state.machine.shape
    countingCaseCount = state.countingCaseCount
    let termCount = (shape.usesWeights ? 1 : 0) + shape.factorCount
    var count = 0
    if options.infersHyperparameters { count += 1 + 2 * groups.groupCount * termCount }
    if options.samples { count += 1 + shape.featureCount * termCount }
    guard count > 0, count <= 4 << 20 else { return nil }
    draws = try AlignedBuffer(count: count)
  }

  /// Draws a sweep.
  func make(from start: GlibcRandom) {
    var random = start
    var next = draws.base
    func gammas(_ count: Int) {
      for _ in 0..<count {
        for members in groups.memberCounts {
          next.pointee = random.standardGamma(shape: ((1 + Double(members)) + 1) / 2)
          next += 1
        }
      }
    }
    func normals(_ count: Int) {
      random.fill(next, count: count)
      next += count
    }
    if options.infersHyperparameters {
      next.pointee = random.standardGamma(shape: (1 + Double(countingCaseCount)) / 2)
      next += 1
    }
    if options.samples, shape.usesBias { normals(1) }
    for count in [shape.usesWeights ? 1 : 0, shape.factorCount] {
      if options.infersHyperparameters {
        gammas(count)
        normals(count * groups.groupCount)
      }
      if options.samples { normals(count * shape.featureCount) }
    }
    self.random = random
  }

  /// Drops the draws made last.
  func discard() {
    random = nil
  }

  /// Lets `source` take the draws made last, if there are any, once.
  func supply(_ source: inout DrawSource) {
    guard let random else { return }
    source.use(draws.base, random: random)
    self.random = nil
  }
}
