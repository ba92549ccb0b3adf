// SPDX-License-Identifier: Apache-2.0

/// Collects what draws predict for cases, tile by tile of cases and within a tile draw by draw.
final class DrawSummary {
  /// The ranges of cases to go through all draws with, one after the other.
  let tiles: [Range<Int>]

  private let matrix: SparseMatrix
  private let relations: [Relation]
  private let relationScores: [RelationScores]
  private let link: DrawLink
  private let drawCount: Int
  private let statistics: PosteriorPredictions.Statistics
  private let pool: WorkerPool

  private let scores: AlignedBuffer<Double>
  private let sums: AlignedBuffer<Double>
  private let moments: RunningMoments?
  private let quantiles: QuantileTile?
  private var noiseVarianceSum = 0.0

  /// - Throws: ``OutOfMemoryError``.
  init(
    of cases: PosteriorCases, shape: FactorizationMachine.Shape, drawCount: Int, link: DrawLink,
    statistics: PosteriorPredictions.Statistics, tileBytes: Int, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    var featureOffset = shape.featureCount - cases.relations.featureCount
    precondition(cases.matrix.columnCount <= featureOffset)
    precondition(
      cases.relations.allSatisfy { $0.testMapping.count == cases.matrix.rowCount })
    matrix = try cases.matrix.withAscendingRows(pool: pool)
    relations = cases.relations
    var relationScores: [RelationScores] = []
    for relation in cases.relations {
      relationScores.append(
        try RelationScores(
          rows: relation.matrix.withAscendingRows(pool: pool), featureOffset: featureOffset,
          factorStride: shape.factorStride))
      featureOffset += relation.featureCount
    }
    self.relationScores = relationScores
    self.link = link
    self.drawCount = drawCount
    self.statistics = statistics
    self.pool = pool
    let count = matrix.rowCount
    scores = try AlignedBuffer(count: count)
    sums = try AlignedBuffer(count: count)
    moments = statistics.includesDeviations ? try RunningMoments(count: count) : nil
    guard !statistics.quantiles.isEmpty, count > 0 else {
      tiles = [0..<count]
      quantiles = nil
      return
    }
    let tileCount = min(count, max(1, tileBytes / MemoryLayout<Double>.stride / drawCount))
    tiles = stride(from: 0, to: count, by: tileCount).map { $0..<min($0 + tileCount, count) }
    quantiles = try QuantileTile(
      orders: statistics.quantiles, caseCount: count, tileCount: tileCount, drawCount: drawCount)
  }

  /// Adds what a draw, counted from 0, predicts for the cases of a tile.
  func add(_ draw: DrawView, index: Int, tile: Range<Int>) {
    if tile.lowerBound == 0 { noiseVarianceSum += 1 / draw.noisePrecision }
    let matrix = SparseRows(matrix)
    let bias = draw.machine.bias
    draw.machine.withParameterPointers { parameters in
      for relation in relationScores { relation.write(parameters, blockRows: nil, pool: pool) }
      let joined = zip(relationScores, relations).map {
        CaseBlockRowScores(mapping: UnsafePointer($1.testMapping.base), scores: $0.pointers)
      }
      pool.forEachRange(of: tile.count, grain: 256) { range in
        // Blocks whose scores are still in the first-level cache when they are added.
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 1_024) {
          let end = min(start + 1_024, range.upperBound)
          let block = tile.lowerBound + start..<tile.lowerBound + end
          writeSamplerScores(
            of: block, in: matrix, bias: bias, parameters: parameters, relations: joined,
            to: CaseErrors(base: scores.base, stride: 1, positions: nil))
          addPredictions(
            of: block, link, scores: scores.base, to: sums.base,
            keeping: quantiles?.predictions(ofDraw: index, from: start))
          moments?.add(scores.base, block, count: index + 1)
        }
      }
    }
  }

  /// Works out the quantiles of the cases of a tile, for which all draws have been added.
  func finishQuantiles(of tile: Range<Int>) {
    guard let quantiles else { return }
    pool.forEachRange(of: tile.count, grain: 64) { range in
      quantiles.write(range, tileStart: tile.lowerBound)
    }
  }

  /// The results, once all draws have been added for all tiles.
  func predictions() -> PosteriorPredictions {
    let (sums, link, drawCount) = (sums, link, drawCount)
    let noise = statistics.includesNoise ? noiseVarianceSum / Double(drawCount) : 0
    pool.forEachRange(of: matrix.rowCount, grain: 4_096) { range in
      for row in range { sums.base[row] = link.average(sums.base[row], over: drawCount) }
      moments?.turnIntoDeviations(range, count: drawCount, addingVariance: noise)
    }
    return PosteriorPredictions(
      means: sums, standardDeviations: moments?.squares, quantiles: quantiles?.results)
  }
}
