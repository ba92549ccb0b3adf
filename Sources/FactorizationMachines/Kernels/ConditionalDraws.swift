// SPDX-License-Identifier: Apache-2.0

/// Everything that the draws of one parameter for all features have in common: the weights, or one factor.
struct ConditionalDraws {
  /// The parameter of feature *j* is at `values[j * stride]`.
  let values: UnsafeMutablePointer<Double>
  let stride: Int

  /// Receives (value, value − new value) of each feature.
  let table: FactorTable

  private let noisePrecision: Double
  private let priors: UnsafePointer<NormalPrior>
  private let priorStride: Int
  private let groupOfFeature: UnsafePointer<UInt32>?
  private let normals: UnsafePointer<Double>?

  /// Joins the parts, which must outlive the draws.
  ///
  /// The prior of group *g* is at `priors[g * priorStride]`; `normals` has a standard normal draw for each
  /// feature, without it parameters are set to their means.
  init(
    values: UnsafeMutablePointer<Double>, stride: Int, table: FactorTable,
    noisePrecision: Double, priors: UnsafePointer<NormalPrior>, priorStride: Int,
    groups: FeatureGroups, normals: UnsafePointer<Double>?
  ) {
    self.init(
      values: values, stride: stride, table: table, noisePrecision: noisePrecision,
      priors: priors, priorStride: priorStride,
      groupOfFeature: groups.groupOfFeature.map { UnsafePointer($0.base) }, normals: normals)
  }

  private init(
    values: UnsafeMutablePointer<Double>, stride: Int, table: FactorTable,
    noisePrecision: Double, priors: UnsafePointer<NormalPrior>, priorStride: Int,
    groupOfFeature: UnsafePointer<UInt32>?, normals: UnsafePointer<Double>?
  ) {
    self.values = values
    self.stride = stride
    self.table = table
    self.noisePrecision = noisePrecision
    self.priors = priors
    self.priorStride = priorStride
    self.groupOfFeature = groupOfFeature
    self.normals = normals
  }

  /// The draws for the features from `offset` on, counted from 0.
  func advanced(by offset: Int) -> ConditionalDraws {
    ConditionalDraws(
      values: values + offset &* stride, stride: stride, table: table + offset,
      noisePrecision: noisePrecision, priors: priors, priorStride: priorStride,
      groupOfFeature: groupOfFeature.map { $0 + offset }, normals: normals.map { $0 + offset })
  }

  @inline(__always)
  private func prior(of feature: Int) -> NormalPrior {
    if let groupOfFeature { return priors[Int(groupOfFeature[feature]) &* priorStride] }
    return priors[0]
  }

  /// Sets a feature's parameter given its terms and writes the table.
  ///
  /// Gives false where the sequential way would refuse the value or take no draw for it.
  @inline(__always)
  func draw(_ feature: Int, products: Double, squares: Double) -> Bool {
    let (mean, variance) = conditionalMoments(
      products: products, squares: squares, prior: prior(of: feature),
      noisePrecision: noisePrecision)
    let new: Double
    var isDrawn = true
    if let normals {
      let deviation = variance.squareRoot()
      new = mean + (deviation * normals[feature])
      isDrawn = deviation > 0
    } else {
      new = variance.isFinite ? mean : 0
    }
    let old = values[feature &* stride]
    values[feature &* stride] = new
    table[feature] = SIMD2(0 + old, old - new)
    return isDrawn && new.isFinite
  }
}

/// Draws the weights of `features` from their sums, and clears those.
func drawWeights(
  of features: Range<Int>, _ draws: ConditionalDraws,
  sums: UnsafeMutablePointer<SIMD2<Double>>, squares: UnsafePointer<Double>
) -> Bool {
  var isSound = true
  for feature in features {
    let products = sums[feature].x
    sums[feature] = SIMD2()
    if !draws.draw(feature, products: products, squares: squares[feature]) { isSound = false }
  }
  return isSound
}

/// Draws one factor of `features` from their sums, and clears those.
func drawFactors(
  of features: Range<Int>, _ draws: ConditionalDraws, sums: UnsafeMutablePointer<SIMD2<Double>>
) -> Bool {
  var isSound = true
  for feature in features {
    let (products, squares) = (sums[feature].x, sums[feature].y)
    sums[feature] = SIMD2()
    let old = draws.values[feature &* draws.stride]
    if !draws.draw(feature, products: products - (old * squares), squares: squares) {
      isSound = false
    }
  }
  return isSound
}

/// Writes (v, 0) for one factor of `features`; −0 becomes 0, as in any sum that starts from 0.
func loadTable(
  _ table: FactorTable, of features: Range<Int>, values: UnsafePointer<Double>, stride: Int
) {
  for feature in features { table[feature] = SIMD2(0 + values[feature &* stride], 0) }
}
