// SPDX-License-Identifier: Apache-2.0

/// The sums that make up the gradient of a batch's mean loss.
///
/// The sums of all features are 0 between batches: whoever uses those of a touched feature clears them.
final class BatchGradient: @unchecked Sendable {
  private let moments: AlignedBuffer<SIMD4<Double>>
  private let factorSums: AlignedBuffer<Double>
  private let touched: AlignedBuffer<UInt64>
  private let segmentNorms: AlignedBuffer<Double>
  private let featureCount: Int
  private let normLimit: Double?
  private var rowCount = 0
  private var multiplierSums = SIMD8<Double>(repeating: 0)

  /// Makes a gradient of 0.
  ///
  /// - Parameters:
  ///   - shape: the parameters.
  ///   - normLimit: the Euclidean norm to which the whole gradient is cut; nil for no limit.
  /// - Throws: ``OutOfMemoryError``.
  init(
    shape: FactorizationMachine.Shape, normLimit: Double?
  ) throws(OutOfMemoryError) {
    self.normLimit = normLimit
    featureCount = shape.featureCount
    moments = try AlignedBuffer(count: featureCount)
    factorSums = try AlignedBuffer(count: featureCount * shape.factorStride)
    touched = try AlignedBuffer(count: (featureCount + 63) / 64)
    segmentNorms = try AlignedBuffer(
      count: normLimit == nil ? 0 : (featureCount + segmentFeatures - 1) / segmentFeatures)
  }

  /// The sums for the kernels, valid as long as the gradient lives.
  var pointers: GradientPointers {
    GradientPointers(
      moments: moments.base, factorSums: factorSums.base,
      touched: UnsafeMutableRawPointer(touched.base))
  }

  /// Starts the next batch.
  func beginBatch() {
    rowCount = 0
    multiplierSums = SIMD8(repeating: 0)
  }

  /// Adds rows to the gradient of the bias: in eight sums, each of every eighth row of the batch.
  func addBias(_ multipliers: UnsafePointer<Double>, count: Int) {
    var sums = multiplierSums
    var row = 0
    while row < count, (rowCount &+ row) & 7 != 0 || row &+ 8 > count {
      sums[(rowCount &+ row) & 7] += multipliers[row]
      row &+= 1
    }
    while row &+ 8 <= count {
      sums += UnsafeRawPointer(multipliers + row).loadUnaligned(as: SIMD8<Double>.self)
      row &+= 8
    }
    while row < count {
      sums[(rowCount &+ row) & 7] += multipliers[row]
      row &+= 1
    }
    multiplierSums = sums
    rowCount += count
  }

  /// The gradient of the bias.
  func bias(at bias: Double, _ scale: BatchScale, penalty: Double) -> Double {
    (multiplierSums.addLanes(to: 0) * scale.perRow + penalty * bias) * scale.clipping
  }

  /// How sums become the gradient: divided by the rows, and cut to the limit of the norm.
  func scale(
    at bias: Double, _ parameters: ParameterPointers, penalties: PerTerm<Double>, pool: WorkerPool
  ) -> BatchScale {
    var scale = BatchScale(perRow: 1 / Double(rowCount))
    guard let normLimit else { return scale }
    let norms = segmentNorms.base
    forEachSegment(pool) { [scale] segment, pointers, featureCount in
      norms[segment] = squaredNorm(
        ofSegment: segment, pointers, parameters, featureCount: featureCount, scale: scale,
        penalties: penalties)
    }
    let slope = parameters.usesBias ? self.bias(at: bias, scale, penalty: penalties.bias) : 0
    let norm = segmentNorms.reduce(slope * slope, +).squareRoot()
    if norm > normLimit { scale.clipping = normLimit / norm }
    return scale
  }

  /// Calls `body` with every segment of features and what the kernels need of it, in parallel.
  func forEachSegment(
    _ pool: WorkerPool, _ body: (_ segment: Int, GradientPointers, _ featureCount: Int) -> Void
  ) {
    let (pointers, featureCount) = (pointers, featureCount)
    let segmentCount = (featureCount + segmentFeatures - 1) / segmentFeatures
    // Neighbours go to different workers: features are often numbered by how frequent they are.
    pool.run { worker in
      for segment in stride(from: worker, to: segmentCount, by: pool.workerCount) {
        body(segment, pointers, featureCount)
      }
    }
  }
}
