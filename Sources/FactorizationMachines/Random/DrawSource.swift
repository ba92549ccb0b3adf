// SPDX-License-Identifier: Apache-2.0

/// Where a sweep takes its random numbers from: the generator, or draws that were made ahead.
///
/// The standard draws of a sweep do not depend on the data, only on how many there are, so a whole sweep
/// can be drawn ahead in the generator's order. That fails where a draw is skipped (a deviation of 0 or
/// NaN): then ``skippedDraw`` is set, and the sweep must be repeated from the generator.
struct DrawSource {
  /// The generator; while draws made ahead are in use, its state after all of them.
  var random: GlibcRandom

  /// Whether a draw made ahead was left over.
  private(set) var skippedDraw = false

  private var ahead: UnsafePointer<Double>?

  init(random: GlibcRandom) {
    self.random = random
  }

  /// Takes the next draws from `draws`, made ahead with a generator whose state is now `random`.
  mutating func use(_ draws: UnsafePointer<Double>, random: GlibcRandom) {
    ahead = draws
    self.random = random
    skippedDraw = false
  }

  /// Takes the next draws from `random` itself.
  mutating func use(_ random: GlibcRandom) {
    ahead = nil
    self.random = random
    skippedDraw = false
  }

  /// The next `count` standard normal draws, for use in any order: drawn into `buffer` unless they were
  /// made ahead.
  mutating func standardNormals(
    _ count: Int, buffer: UnsafeMutablePointer<Double>
  )
    -> UnsafePointer<Double>
  {
    if let draws = ahead {
      ahead = draws + count
      return draws
    }
    random.fill(buffer, count: count)
    return UnsafePointer(buffer)
  }

  /// See ``GlibcRandom/normal(mean:deviation:)``.
  mutating func normal(mean: Double, deviation: Double) -> Double {
    guard let draws = ahead else { return random.normal(mean: mean, deviation: deviation) }
    ahead = draws + 1
    if deviation == 0 || deviation.isNaN {
      skippedDraw = true
      return mean
    }
    return mean + (deviation * draws.pointee)
  }

  /// See ``GlibcRandom/gamma(shape:rate:)``.
  mutating func gamma(shape: Double, rate: Double) -> Double {
    guard let draws = ahead else { return random.gamma(shape: shape, rate: rate) }
    ahead = draws + 1
    return draws.pointee / rate
  }
}
