// SPDX-License-Identifier: Apache-2.0

/// The sums that make up the gradient of a batch's mean loss.
///
/// The sums of all features are 0 between batches: whoever uses those of a touched feature clears them.
final class BatchGradient: @unchecked Sendable {
  /// The sums of the kernels, valid as long as the gradient lives.
  let pointers: GradientPointers

  /// All features.
  let features: Range<Int>

  private let records: AlignedBuffer<Double>
  private let factorSums: AlignedBuffer<Double>
  private let touched: AlignedBuffer<UInt64>
  private let segmentNorms: AlignedBuffer<Double>
  private let normLimit: Double?
  private var rowCount = 0
  private var multiplierSums = SIMD8<Double>(repeating: 0)

  /// Makes a gradient of 0.
  ///
  /// - Parameters:
  ///   - shape: the parameters.
  ///   - hasValues: whether there are other values than 1.
  ///   - normLimit: the Euclidean norm to which the whole gradient is cut; nil for no limit.
  /// - Throws: ``OutOfMemoryError``.
  init(
    shape: FactorizationMachine.Shape, hasValues: Bool, normLimit: Double?
  ) throws(OutOfMemoryError) {
    self.normLimit = normLimit
    let (featureCount, stride) = (shape.featureCount, shape.factorStride)
    features = 0..<featureCount
    let layout = GradientLayout(factorStride: stride, hasValues: hasValues)
    let records = try AlignedBuffer<Double>(count: featureCount * layout.recordStride)
    let factorSums = try AlignedBuffer<Double>(
      count: layout.factorOffset == nil ? featureCount * stride : 0)
    (self.records, self.factorSums) = (records, factorSums)
    touched = try AlignedBuffer(count: (featureCount + 63) / 64)
    segmentNorms = try AlignedBuffer(
      count: normLimit == nil ? 0 : (featureCount + segmentFeatures - 1) / segmentFeatures)
    pointers = GradientPointers(
      moments: records.base, momentStride: layout.recordStride,
      factorSums: layout.factorOffset.map { records.base + $0 } ?? factorSums.base,
      factorStride: layout.factorOffset == nil ? stride : layout.recordStride,
      touched: UnsafeMutableRawPointer(touched.base), hasValues: hasValues,
      prefetches: gradientExceedsCache(shape))
  }

  /// Whether the whole gradient must be known before any parameter moves.
  var hasLimit: Bool { normLimit != nil }

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
    let (norms, pointers, features) = (segmentNorms.base, pointers, features)
    pool.forEachRange(of: segmentNorms.count) { [scale] segments in
      for segment in segments {
        let start = segment * segmentFeatures
        norms[segment] = squaredNorm(
          of: start..<min(start + segmentFeatures, features.upperBound), pointers, parameters,
          scale: scale, penalties: penalties)
      }
    }
    let slope = parameters.usesBias ? self.bias(at: bias, scale, penalty: penalties.bias) : 0
    let norm = segmentNorms.reduce(slope * slope, +).squareRoot()
    if norm > normLimit { scale.clipping = normLimit / norm }
    return scale
  }
}
