// SPDX-License-Identifier: Apache-2.0

extension WorkerPool {
  /// The workers that batches of `batchSize` rows are worth: the caller alone where a batch is done before
  /// others would be awake, within some tens of microseconds.
  func forBatches(
    of batchSize: Int, from matrix: SparseMatrix, shape: FactorizationMachine.Shape
  ) -> WorkerPool {
    let rowCost = matrix.meanWidth * (shape.factorStride + 4) + 1
    let isSmall = min(batchSize, matrix.rowCount) < 16_384 / rowCost
    return isSmall ? WorkerPool(workerCount: 1) : self
  }
}
