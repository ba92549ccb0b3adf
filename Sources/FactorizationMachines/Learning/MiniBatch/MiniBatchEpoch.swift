// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Passes over the training data in batches.
///
/// A batch is gone through in tiles of rows. In the first pass over a tile each worker scores a part
/// of its rows, in the second each adds up the gradient of the features that it owns, and after the
/// last tile moves their parameters. Whoever is done with that gathers rows of the next tile. A sum
/// never depends on how rows and features are shared out, so the bits do not either.
final class MiniBatchEpoch {
  private let train: Dataset
  private let options: MiniBatchDescent.Options
  private let batchSize: Int
  private let pool: WorkerPool
  private let clip: TargetClip
  private let shape: FactorizationMachine.Shape
  private let order: BatchOrder?
  private let tile: BatchTile
  private let shares: EntryShares?
  private let gradient: BatchGradient
  private let optimizer: OptimizerState
  private let claims = Claims()

  /// What a worker's part of a tile may take of its cache, in bytes.
  ///
  /// One worker alone goes through small tiles; several have to wait for each other after each.
  private static func tileBytes(_ workerCount: Int) -> Int { workerCount == 1 ? 1 << 17 : 1 << 20 }

  /// Prepares passes over `train` that start from the parameters of `machine`.
  init(
    _ machine: FactorizationMachine, train: Dataset, options: MiniBatchDescent.Options,
    random: GlibcRandom, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.train = train
    self.options = options
    clip = TargetClip(train.targetRange)
    shape = machine.shape
    batchSize = options.batchSize ?? MiniBatchDescent.defaultBatchSize(caseCount: train.caseCount)
    let pool = pool.forBatches(of: batchSize, from: train.matrix, shape: shape)
    self.pool = pool
    order =
      options.shuffles ? try BatchOrder(rowCount: train.caseCount, random: random) : nil
    let capacity = Self.tileCapacity(
      min(batchSize, max(1, train.caseCount)), train.matrix, shape, workerCount: pool.workerCount)
    tile = try BatchTile(
      train, order: order, factorStride: shape.factorStride, capacity: capacity, bufferCount: 2)
    shares =
      pool.workerCount == 1
      ? nil
      : try EntryShares(
        train.matrix, featureCount: shape.featureCount,
        entryCapacity: BatchTile.entryCapacity(train.matrix, rowCapacity: capacity),
        batchEntries: train.matrix.meanWidth * batchSize, workerCount: pool.workerCount)
    gradient = try BatchGradient(
      shape: shape, hasValues: train.matrix.values != nil, normLimit: options.normLimit)
    optimizer = try OptimizerState(
      optimizer: options.optimizer, rates: options.learningRates,
      regularization: options.regularization, machine: machine)
  }

  /// The rows of each tile when a batch is cut into equal ones that fit into the cache.
  private static func tileCapacity(
    _ batchSize: Int, _ matrix: SparseMatrix, _ shape: FactorizationMachine.Shape, workerCount: Int
  ) -> Int {
    let width = matrix.meanWidth
    let rowBytes = 8 * (shape.factorStride + 3) + 16 * width
    let greatest = max(64, tileBytes(workerCount) / rowBytes) * workerCount
    let tileCount = (batchSize + greatest - 1) / greatest
    return (batchSize + tileCount - 1) / tileCount
  }

  /// Learns one epoch.
  ///
  /// - Returns: the time it took.
  func learn(_ machine: inout FactorizationMachine) -> ElapsedTime {
    let start = ElapsedTime.now()
    order?.beginEpoch()
    var bias = machine.bias
    machine.withMutableParameters { weights, factors in
      let parameters = ParameterPointers(shape: shape, weights: weights, factors: factors)
      var next = gathered(tilePlaces(from: 0))
      while let (places, taken) = next {
        let after = tilePlaces(from: places.upperBound)
        next = learn(places, taken, gathering: after, &bias, parameters)
      }
    }
    machine.bias = bias
    return ElapsedTime.now() - start
  }

  private typealias PlacedTile = (places: Range<Int>, tile: BatchTile.Taken)

  /// The places of the tile that begins at some place: within one batch.
  private func tilePlaces(from start: Int) -> Range<Int> {
    let batchEnd = min((start / batchSize + 1) * batchSize, train.caseCount)
    return start..<max(start, min(start + tile.capacity, batchEnd))
  }

  /// The first tile of an epoch; nil if there are no rows.
  private func gathered(_ places: Range<Int>) -> PlacedTile? {
    guard !places.isEmpty else { return nil }
    let (tile, taken) = (tile, tile.take(places, pool: pool))
    pool.forEachRange(of: taken.rowCount, grain: 1_024) { tile.gather($0, of: taken) }
    return (places, taken)
  }

  /// Learns from the rows of a tile, and moves the parameters if it is the last one of a batch.
  ///
  /// - Returns: the rows in the places `after`, gathered; nil if there are none.
  private func learn(
    _ places: Range<Int>, _ taken: BatchTile.Taken, gathering after: Range<Int>,
    _ bias: inout Double, _ parameters: ParameterPointers
  ) -> PlacedTile? {
    let rows = taken.pointers
    if places.lowerBound % batchSize == 0 { gradient.beginBatch() }
    score(rows, count: places.count, bias: bias, parameters)
    let next = after.isEmpty ? nil : tile.take(after, pool: pool)
    let endsBatch = places.upperBound % batchSize == 0 || after.isEmpty
    let (optimizer, gradient) = (optimizer, gradient)
    if endsBatch, !gradient.hasLimit {
      let scale = optimizer.beginStep(bias: &bias, parameters, against: gradient, pool: pool)
      accumulate(rows, gathering: next) {
        optimizer.step($0, of: parameters, against: gradient, scale)
      }
    } else {
      accumulate(rows, gathering: next) { _ in }
    }
    if endsBatch, gradient.hasLimit {
      let scale = optimizer.beginStep(bias: &bias, parameters, against: gradient, pool: pool)
      let shares = shares
      pool.run { worker in
        let features = shares?.features(ownedBy: worker) ?? gradient.features
        optimizer.step(features, of: parameters, against: gradient, scale)
      }
    }
    return next.map { (after, $0) }
  }

  /// Scores the rows of a tile.
  private func score(
    _ rows: TilePointers, count: Int, bias: Double, _ parameters: ParameterPointers
  ) {
    let (shares, task, clip, workerCount) = (shares, options.task, clip, pool.workerCount)
    pool.run { worker in
      let part = WorkerPool.range(of: count, worker: worker, workerCount: workerCount)
      scoreTile(rows, rows: part, task: task, clip: clip, bias: bias, parameters: parameters)
      shares?.sort(part, of: rows.rows, as: worker)
    }
    gradient.addBias(rows.multipliers, count: count)
  }

  /// Adds the gradient of a tile and calls `finish` with the features of each worker on this worker; who
  /// has done that gathers rows of the next tile as long as there are any.
  private func accumulate(
    _ rows: TilePointers, gathering next: BatchTile.Taken?, finish: (Range<Int>) -> Void
  ) {
    let (pointers, shape, shares, tile) = (gradient.pointers, shape, shares, tile)
    let claims = claims
    claims.next.store(0, ordering: .relaxed)
    pool.run { worker in
      if let shares {
        shares.forEachList(ownedBy: worker) {
          accumulateEntries($0, of: rows, into: pointers, shape: shape)
        }
        finish(shares.features(ownedBy: worker))
      } else {
        accumulateRows(of: rows, into: pointers, shape: shape)
        finish(gradient.features)
      }
      guard let next else { return }
      while let piece = claims.take(of: next.rowCount) { tile.gather(piece, of: next) }
    }
  }
}

/// Pieces of the rows of a tile, handed out to whoever asks first.
private final class Claims: Sendable {
  let next = Atomic<Int>(0)

  private static let pieceRows = 1_024

  /// The next piece of `count` rows; nil when all are handed out.
  func take(of count: Int) -> Range<Int>? {
    let start = next.wrappingAdd(Self.pieceRows, ordering: .relaxed).oldValue
    return start < count ? start..<min(start + Self.pieceRows, count) : nil
  }
}
