// SPDX-License-Identifier: Apache-2.0

/// What the draws of a posterior say about cases.
public struct PosteriorPredictions: Sendable {
  /// What to work out beside the means.
  public struct Statistics: Sendable, Hashable {
    /// Whether to work out standard deviations.
    public var includesDeviations: Bool

    /// Whether the deviations are those of observations; regression only.
    ///
    /// Then the mean of 1/α over the draws, the variance of the noise, is added to the variance.
    public var includesNoise: Bool

    /// The orders of the quantiles, each within 0...1.
    public var quantiles: [Double]

    /// Chooses statistics; by default none but the means.
    public init(
      includesDeviations: Bool = false, includesNoise: Bool = false, quantiles: [Double] = []
    ) {
      self.includesDeviations = includesDeviations
      self.includesNoise = includesNoise
      self.quantiles = quantiles
    }
  }

  /// The average over the draws, one a case: of scores cut to the range of the training targets in
  /// regression, of probabilities of the positive class in classification.
  ///
  /// These are the numbers that libFM writes for its test cases.
  public let means: AlignedBuffer<Double>

  /// The standard deviation over the draws (divisor S − 1 for S draws), one a case: of the scores as they
  /// are in regression, of the probabilities in classification; nil when not asked for.
  ///
  /// NaN when there is one draw only.
  public let standardDeviations: AlignedBuffer<Double>?

  /// Quantiles over the draws of what ``means`` averages; nil when none are asked for.
  ///
  /// Quantile `q` of case `i` is at `i * count + q`, for `count` orders asked for.
  /// Between two draws a quantile is interpolated linearly (type 7 of Hyndman and Fan 1996, "Sample
  /// quantiles in statistical packages", NumPy's default).
  public let quantiles: AlignedBuffer<Double>?
}

/// The cases that draws are to predict.
package struct PosteriorCases {
  /// The cases' own features, one row a case.
  package var matrix: SparseMatrix

  /// The tables joined to the cases by their `testMapping`.
  ///
  /// Their features are the last ones of the machine, in the order of the relations.
  package var relations: [Relation]

  package init(matrix: SparseMatrix, relations: [Relation]) {
    self.matrix = matrix
    self.relations = relations
  }
}

/// A draw of a posterior while it is looked at.
package struct DrawView {
  package var machine: FactorizationMachine

  /// The precision of the noise, α.
  package var noisePrecision: Double

  package init(machine: FactorizationMachine, noisePrecision: Double = 1) {
    self.machine = machine
    self.noisePrecision = noisePrecision
  }
}

extension PosteriorPredictions {
  /// Works out predictions from the draws.
  ///
  /// The draws are gone through in order, each with all workers on the rows, so that the sums have the
  /// order of a training run. That takes 16 bytes a case, with deviations 32; half of it is returned.
  /// Quantiles need all predictions of a case at once: then so many cases at a time are worked on that
  /// these take `tileBytes` at most, and all draws are read for each such tile.
  ///
  /// - Parameters:
  ///   - cases: what to predict; all ids are below the number of features of the machine less those of the
  ///     relations, and every relation has a mapping for each case.
  ///   - shape: that of all draws.
  ///   - drawCount: the number of draws, 1 or more.
  ///   - task: what was learned.
  ///   - targetRange: the range of the training targets.
  ///   - statistics: what else to work out.
  ///   - tileBytes: a bound for the memory that quantiles take beside their results.
  ///   - pool: the workers; the result does not depend on their number.
  ///   - load: sets a draw, counted from 0.
  /// - Throws: what `load` throws; ``OutOfMemoryError``.
  package init(
    for cases: PosteriorCases, shape: FactorizationMachine.Shape, drawCount: Int,
    task: LearningTask, targetRange: TargetRange, statistics: Statistics,
    tileBytes: Int = 256 << 20, pool: WorkerPool, load: (Int, inout DrawView) throws -> Void
  ) throws {
    precondition(drawCount > 0)
    precondition(statistics.quantiles.allSatisfy { (0...1).contains($0) })
    precondition(!statistics.includesNoise || task == .regression, "classes have no noise")
    let summary = try DrawSummary(
      of: cases, shape: shape, drawCount: drawCount,
      link: DrawLink(task: task, clip: TargetClip(targetRange)), statistics: statistics,
      tileBytes: tileBytes, pool: pool)
    var draw = DrawView(machine: try FactorizationMachine(shape: shape))
    for tile in summary.tiles {
      for index in 0..<drawCount {
        try load(index, &draw)
        summary.add(draw, index: index, tile: tile)
      }
      summary.finishQuantiles(of: tile)
    }
    self = summary.predictions()
  }
}
