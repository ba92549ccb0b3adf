// SPDX-License-Identifier: Apache-2.0

/// Passes over the training data in batches, for ``DenseHeadDescent``.
///
/// The inputs of a batch are computed first, as their normalization needs all of them. After the unit has
/// learned, tiles of rows are gone through once more: workers turn the derivatives by the inputs into those
/// by the sums of each column, each for a part of the rows, and then add up those of the features that they
/// own, in the order of the rows.
final class DenseHeadEpoch {
  private let train: Dataset
  private let columns: FeatureGroups
  private let shape: FactorizationMachine.Shape
  private let batchSize: Int
  private let pool: WorkerPool
  private let order: BatchOrder?
  private let batch: BatchTile
  private let shares: EntryShares
  private let unit: DenseHeadUnit
  private let inputs: AlignedBuffer<Double>
  private let slopes: AlignedBuffer<Double>
  private let tileCapacity: Int
  private let optimizer: DenseHeadOptimizer

  /// What a worker's part of a tile may take of its cache, in bytes.
  private static let tileBytes = 1 << 19

  /// Prepares passes over `train` that start from the parameters of `model`.
  init(
    _ model: DenseHeadMachine, train: Dataset, options: DenseHeadDescent.Options,
    random: GlibcRandom, pool: WorkerPool
  ) throws(OutOfMemoryError) {
    self.train = train
    columns = model.columns
    shape = model.machine.shape
    batchSize = options.batchSize ?? DenseHeadDescent.defaultBatchSize(caseCount: train.caseCount)
    let pool = pool.forBatches(of: batchSize, from: train.matrix, shape: shape)
    self.pool = pool
    let capacity = min(batchSize, max(1, train.caseCount))
    order = options.shuffles ? try BatchOrder(rowCount: train.caseCount, random: random) : nil
    batch = try BatchTile(train, order: order, factorStride: 0, capacity: capacity)
    unit = try DenseHeadUnit(model, task: options.task, capacity: capacity)
    let slopesPerRow = columns.groupCount * shape.factorStride
    let entriesPerRow = train.matrix.meanWidth
    let rowBytes = 8 * (slopesPerRow + entriesPerRow + 1)
    tileCapacity = min(capacity, max(64, Self.tileBytes / rowBytes) * pool.workerCount)
    inputs = try AlignedBuffer(count: capacity * model.head.inputCount)
    slopes = try AlignedBuffer(count: tileCapacity * slopesPerRow)
    shares = try EntryShares(
      train.matrix, featureCount: shape.featureCount,
      entryCapacity: BatchTile.entryCapacity(train.matrix, rowCapacity: tileCapacity),
      batchEntries: entriesPerRow * capacity, workerCount: pool.workerCount)
    optimizer = try DenseHeadOptimizer(shape: shape, options: options)
  }

  /// Learns one epoch.
  ///
  /// - Returns: the mean over the cases of what their batches descended, and the time it took.
  func learn(_ model: inout DenseHeadMachine) -> (loss: Double, time: ElapsedTime) {
    let start = ElapsedTime.now()
    order?.beginEpoch()
    var (head, loss) = (model.head, 0.0)
    model.machine.withMutableParameters { weights, factors in
      let parameters = ParameterPointers(shape: shape, weights: weights, factors: factors)
      for start in stride(from: 0, to: train.caseCount, by: batchSize) {
        let places = start..<min(start + batchSize, train.caseCount)
        loss += learn(places, parameters) * Double(places.count)
        unit.updateAverages(of: &head)
      }
    }
    model.head = head
    unit.store(in: &model)
    return (loss / Double(max(1, train.caseCount)), ElapsedTime.now() - start)
  }

  /// Learns the batch of the rows in some places of the order.
  ///
  /// - Returns: its mean loss, penalties included.
  private func learn(_ places: Range<Int>, _ parameters: ParameterPointers) -> Double {
    let layout = ColumnLayout(columns, parameters)
    let taken = batch.take(places, pool: pool)
    let rows = taken.pointers
    let (inputs, batch) = (inputs.base, batch)
    pool.forEachRange(of: places.count, grain: 256) { part in
      batch.gather(part, of: taken)
      writeHeadInputs(
        of: part, in: rows.rows, layout, parameters,
        to: inputs + part.lowerBound &* layout.inputCount)
    }
    let loss = unit.learn(inputs, rows, rowCount: places.count, pool: pool)
    for start in stride(from: 0, to: places.count, by: tileCapacity) {
      let tile = start..<min(start + tileCapacity, places.count)
      accumulate(
        rows.rows.slice(tile), inputSlopes: inputs + start &* layout.inputCount, layout, parameters)
    }
    return loss + optimizer.step(parameters, unit, pool: pool)
  }

  /// Adds the gradient of some rows.
  private func accumulate(
    _ rows: SparseRows, inputSlopes: UnsafePointer<Double>, _ layout: ColumnLayout,
    _ parameters: ParameterPointers
  ) {
    let (slopes, shares, gradient) = (slopes.base, shares, optimizer.gradient)
    let workerCount = pool.workerCount
    pool.run { worker in
      let part = WorkerPool.range(of: rows.rowCount, worker: worker, workerCount: workerCount)
      writeColumnSlopes(
        of: part, in: rows, layout, parameters, inputSlopes: inputSlopes, to: slopes)
      shares.sort(part, of: rows, as: worker)
    }
    pool.run { worker in
      shares.forEachList(ownedBy: worker) {
        accumulateColumnSlopes(
          $0, layout, inputSlopes: inputSlopes, slopes: slopes, to: gradient)
      }
    }
  }
}
