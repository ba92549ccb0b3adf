// SPDX-License-Identifier: Apache-2.0

/// A second-order factorization machine.
///
/// The score of a case with feature vector *x* is
///
///     w₀ + Σⱼ wⱼ xⱼ + Σⱼ Σⱼ′ ⟨vⱼ, vⱼ′⟩ xⱼ xⱼ′        (j < j′)
///
/// (Rendle 2010, "Factorization Machines", equation 1), computed in O(kN) for *k* factors and *N*
/// entries by his lemma 3.1. A machine is a value: copies are independent, storage is shared until one
/// of them changes.
public struct FactorizationMachine: Sendable {
  /// Which terms the machine has, and how many parameters.
  public let shape: Shape

  /// The global bias, *w₀*; ignored by prediction when the shape has no bias.
  public var bias: Double = 0

  private var parameters: Parameters

  /// Makes a machine whose parameters are all zero.
  ///
  /// - Throws: ``OutOfMemoryError`` when the machine does not fit in memory.
  public init(shape: Shape) throws(OutOfMemoryError) {
    self.shape = shape
    parameters = try Parameters(shape: shape)
  }

  /// Makes a machine as libFM starts one: bias and weights zero, factors normal with mean zero.
  ///
  /// Draws one normal for each factor and feature, the factor in the outer loop.
  ///
  /// - Parameters:
  ///   - shape: the terms and sizes.
  ///   - initialDeviation: the standard deviation of the factors; with 0 nothing is drawn.
  ///   - random: the generator.
  /// - Throws: ``OutOfMemoryError`` when the machine does not fit in memory.
  public init(
    shape: Shape, initialDeviation: Double, using random: inout GlibcRandom
  )
    throws(OutOfMemoryError)
  {
    try self.init(shape: shape)
    drawFactors(deviation: initialDeviation, using: &random)
  }

  /// Replaces all factors by normal draws with mean zero, the factor in the outer loop.
  public mutating func drawFactors(deviation: Double, using random: inout GlibcRandom) {
    let stride = shape.factorStride
    let (factorCount, featureCount) = (shape.factorCount, shape.featureCount)
    withMutableParameters { _, factors in
      for factor in 0..<factorCount {
        for feature in 0..<featureCount {
          factors[feature &* stride &+ factor] = random.normal(mean: 0, deviation: deviation)
        }
      }
    }
  }

  /// Replaces all linear weights by normal draws with mean zero, features ascending.
  public mutating func drawWeights(deviation: Double, using random: inout GlibcRandom) {
    let featureCount = shape.featureCount
    withMutableParameters { weights, _ in
      for feature in 0..<featureCount {
        weights[feature] = random.normal(mean: 0, deviation: deviation)
      }
    }
  }

  /// The linear weight of a feature, *wⱼ*.
  public subscript(weight feature: Int) -> Double {
    get {
      precondition(feature >= 0 && feature < shape.featureCount)
      return parameters.weights.base[feature]
    }
    set {
      precondition(feature >= 0 && feature < shape.featureCount)
      withMutableParameters { weights, _ in weights[feature] = newValue }
    }
  }

  /// One factor of a feature, *vⱼ,f*.
  public subscript(factor factor: Int, ofFeature feature: Int) -> Double {
    get {
      precondition(feature >= 0 && feature < shape.featureCount)
      precondition(factor >= 0 && factor < shape.factorCount)
      return parameters.factors.base[feature * shape.factorStride + factor]
    }
    set {
      precondition(feature >= 0 && feature < shape.featureCount)
      precondition(factor >= 0 && factor < shape.factorCount)
      let index = feature * shape.factorStride + factor
      withMutableParameters { _, factors in factors[index] = newValue }
    }
  }

  /// Calls `body` with the linear weights and the factors (feature-major, ``Shape/factorStride``
  /// numbers a feature, the last of them padding when the stride exceeds the factor count).
  public func withParameters<Result, Failure: Error>(
    _ body: (_ weights: UnsafePointer<Double>, _ factors: UnsafePointer<Double>) throws(Failure)
      -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(parameters) {} }
    return try body(
      UnsafePointer(parameters.weights.base), UnsafePointer(parameters.factors.base))
  }

  /// Calls `body` with the linear weights and the factors for changing them, in the layout of
  /// ``withParameters(_:)``.
  public mutating func withMutableParameters<Result, Failure: Error>(
    _ body: (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    if !isKnownUniquelyReferenced(&parameters) { parameters = parameters.copy() }
    defer { withExtendedLifetime(parameters) {} }
    return try body(parameters.weights.base, parameters.factors.base)
  }

  /// Takes over the parameters of a machine of the same shape without allocating.
  mutating func assign(from other: FactorizationMachine) {
    precondition(shape == other.shape)
    bias = other.bias
    let shape = shape
    withMutableParameters { weights, factors in
      other.withParameters { otherWeights, otherFactors in
        weights.update(from: otherWeights, count: shape.featureCount)
        factors.update(from: otherFactors, count: shape.featureCount * shape.factorStride)
      }
    }
  }
}

extension FactorizationMachine {
  /// The terms and sizes of a machine.
  public struct Shape: Sendable, Hashable {
    /// Whether the machine has a global bias, *w₀*.
    public var usesBias: Bool

    /// Whether the machine has linear weights, *w*.
    public var usesWeights: Bool

    /// The number of factors, *k*; not negative.
    public var factorCount: Int

    /// The number of features, *n*; not negative.
    public var featureCount: Int

    /// Describes a machine.
    public init(
      usesBias: Bool = true, usesWeights: Bool = true, factorCount: Int, featureCount: Int
    ) {
      precondition(factorCount >= 0 && featureCount >= 0)
      self.usesBias = usesBias
      self.usesWeights = usesWeights
      self.factorCount = factorCount
      self.featureCount = featureCount
    }

    /// The distance between the factors of one feature and those of the next: the factor count
    /// rounded up to 1, 2, 4 or a multiple of 8, so that one feature fills whole cache lines.
    public var factorStride: Int {
      switch factorCount {
      case ...2: factorCount
      case ...4: 4
      default: (factorCount + 7) / 8 * 8
      }
    }

    /// The memory that the parameters take, in bytes.
    ///
    /// At most `Int.max`.
    var byteCount: Int {
      let (count, overflow) = featureCount.multipliedReportingOverflow(by: 1 + factorStride)
      let (bytes, bytesOverflow) = count.multipliedReportingOverflow(
        by: MemoryLayout<Double>.stride)
      return overflow || bytesOverflow ? .max : bytes
    }
  }
}

/// The storage of a machine.
private final class Parameters: Sendable {
  let weights: AlignedBuffer<Double>
  let factors: AlignedBuffer<Double>

  init(shape: FactorizationMachine.Shape) throws(OutOfMemoryError) {
    try OutOfMemoryError.check(bytes: shape.byteCount)
    weights = try AlignedBuffer(count: shape.featureCount)
    factors = try AlignedBuffer(count: shape.featureCount * shape.factorStride)
  }

  private init(copying other: Parameters) throws(OutOfMemoryError) {
    weights = try AlignedBuffer(count: other.weights.count)
    factors = try AlignedBuffer(count: other.factors.count)
    weights.base.update(from: other.weights.base, count: weights.count)
    factors.base.update(from: other.factors.base, count: factors.count)
  }

  func copy() -> Parameters {
    do {
      return try Parameters(copying: self)
    } catch {
      // A copy on write cannot report an error, as for the standard library's collections.
      fatalError(error.description)
    }
  }
}
