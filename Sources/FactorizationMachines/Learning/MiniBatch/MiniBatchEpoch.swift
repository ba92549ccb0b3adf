// SPDX-License-Identifier: Apache-2.0

/// Passes over the training data in batches.
///
/// A batch is gone through in tiles of rows. In the first pass over a tile each worker scores a part
/// of its rows, in the second each adds up the gradient of the features that it owns, and after the
/// last tile moves their parameters. A sum never depends on how rows and features are shared out, so
/// the bits do not either.
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

  /// What a worker's part of a tile may take of its cache, in bytes.
  ///
  /// One worker alone goes through tiles that stay in the first-level cache; several have to wait for
  /// each other after each tile.
  private static func tileBytes(_ workerCount: Int) -> Int { workerCount == 1 ? 1 << 15 : 1 << 19 }

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
    let pool = Self.isSmall(batchSize, train.matrix, shape) ? WorkerPool(workerCount: 1) : pool
    self.pool = pool
    order =
      options.shuffles ? try BatchOrder(rowCount: train.caseCount, random: random) : nil
    let capacity = Self.tileCapacity(
      min(batchSize, max(1, train.caseCount)), train.matrix, shape, workerCount: pool.workerCount)
    tile = try BatchTile(train, order: order, factorStride: shape.factorStride, capacity: capacity)
    shares =
      pool.workerCount == 1
      ? nil
      : try EntryShares(
        train.matrix, featureCount: shape.featureCount,
        entryCapacity: BatchTile.entryCapacity(train.matrix, rowCapacity: capacity),
        batchEntries: Self.meanWidth(train.matrix) * batchSize, workerCount: pool.workerCount)
    gradient = try BatchGradient(
      shape: shape, hasValues: train.matrix.values != nil, normLimit: options.normLimit)
    optimizer = try OptimizerState(
      optimizer: options.optimizer, rates: options.learningRates,
      regularization: options.regularization, machine: machine)
  }

  private static func meanWidth(_ matrix: SparseMatrix) -> Int {
    matrix.entryCount / max(1, matrix.rowCount)
  }

  /// Whether a batch is done before others would be awake: within some tens of microseconds.
  private static func isSmall(
    _ batchSize: Int, _ matrix: SparseMatrix, _ shape: FactorizationMachine.Shape
  ) -> Bool {
    let rowCost = meanWidth(matrix) * (shape.factorStride + 4) + 1
    return min(batchSize, matrix.rowCount) < 16_384 / rowCost
  }

  /// The rows of each tile when a batch is cut into equal ones that fit into the cache.
  private static func tileCapacity(
    _ batchSize: Int, _ matrix: SparseMatrix, _ shape: FactorizationMachine.Shape, workerCount: Int
  ) -> Int {
    let width = meanWidth(matrix)
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
      for start in stride(from: 0, to: train.caseCount, by: batchSize) {
        learn(start..<min(start + batchSize, train.caseCount), &bias, parameters)
      }
    }
    machine.bias = bias
    return ElapsedTime.now() - start
  }

  /// Learns the batch of the rows in some places of the order.
  private func learn(_ places: Range<Int>, _ bias: inout Double, _ parameters: ParameterPointers) {
    gradient.beginBatch()
    for start in stride(from: places.lowerBound, to: places.upperBound, by: tile.capacity) {
      let end = min(start + tile.capacity, places.upperBound)
      let rows = score(start..<end, bias: bias, parameters)
      if end < places.upperBound || gradient.hasLimit {
        accumulate(rows) { _ in }
      } else {
        let scale = optimizer.beginStep(bias: &bias, parameters, against: gradient, pool: pool)
        let (optimizer, gradient) = (optimizer, gradient)
        accumulate(rows) { optimizer.step($0, of: parameters, against: gradient, scale) }
      }
    }
    guard gradient.hasLimit else { return }
    let scale = optimizer.beginStep(bias: &bias, parameters, against: gradient, pool: pool)
    let (optimizer, gradient, shares) = (optimizer, gradient, shares)
    pool.run { worker in
      let features = shares?.features(ownedBy: worker) ?? gradient.features
      optimizer.step(features, of: parameters, against: gradient, scale)
    }
  }

  /// Scores the rows of a tile.
  private func score(
    _ places: Range<Int>, bias: Double, _ parameters: ParameterPointers
  ) -> TilePointers {
    let rows = tile.take(places, pool: pool)
    let (tile, shares, task, clip) = (tile, shares, options.task, clip)
    let workerCount = pool.workerCount
    pool.run { worker in
      let part = WorkerPool.range(of: places.count, worker: worker, workerCount: workerCount)
      tile.gather(part, into: rows)
      scoreTile(rows, rows: part, task: task, clip: clip, bias: bias, parameters: parameters)
      shares?.sort(part, of: rows.rows, as: worker)
    }
    gradient.addBias(rows.multipliers, count: places.count)
    return rows
  }

  /// Adds the gradient of a tile, and calls `finish` with the features of each worker on this worker.
  private func accumulate(_ rows: TilePointers, finish: (Range<Int>) -> Void) {
    let (pointers, shape) = (gradient.pointers, shape)
    guard let shares else {
      accumulateRows(of: rows, into: pointers, shape: shape)
      return finish(gradient.features)
    }
    pool.run { worker in
      shares.forEachList(ownedBy: worker) {
        accumulateEntries($0, of: rows, into: pointers, shape: shape)
      }
      finish(shares.features(ownedBy: worker))
    }
  }
}
