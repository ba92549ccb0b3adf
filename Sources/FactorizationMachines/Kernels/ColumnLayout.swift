// SPDX-License-Identifier: Apache-2.0

/// Which column each feature belongs to, and where the inputs of a dense head stand: first the linear term
/// of each column, then its product with the others.
struct ColumnLayout {
  let columnCount: Int

  /// The column of each feature; nil when all are in one.
  private let columns: UnsafePointer<UInt32>?

  /// The inputs of a row.
  let inputCount: Int

  /// The first of the products.
  let firstProduct: Int

  /// - Precondition: `columns` lives as long as the layout is used.
  init(_ columns: FeatureGroups, _ parameters: ParameterPointers) {
    columnCount = columns.groupCount
    self.columns = columns.groupOfFeature.map { UnsafePointer($0.base) }
    firstProduct = parameters.usesWeights ? columnCount : 0
    inputCount = firstProduct + (parameters.factorCount > 0 ? columnCount : 0)
  }

  @inline(__always)
  func column(of id: UInt32) -> Int {
    if let columns { return Int(columns[Int(id)]) }
    return 0
  }
}

/// Writes what the columns of a row contribute: to `linear` Σ w x for each column, if there are weights, to
/// `sums` Σ v x for each column, a stride of factors each, and to `total` the sum of these.
@inline(__always)
func sumColumns<Vector: FactorVector, Values: EntryValues>(
  of entries: Range<Int>, ids: UnsafePointer<UInt32>, values: Values, _ layout: ColumnLayout,
  _ parameters: ParameterPointers, linear: UnsafeMutablePointer<Double>,
  sums: UnsafeMutablePointer<Double>, total: UnsafeMutablePointer<Double>, as _: Vector.Type
) {
  let stride = parameters.factorStride
  if parameters.usesWeights { linear.update(repeating: 0, count: layout.columnCount) }
  sums.update(repeating: 0, count: layout.columnCount &* stride)
  for entry in entries {
    let (id, x) = (ids[entry], values[entry])
    let column = layout.column(of: id)
    if parameters.usesWeights { linear[column] += parameters.weights[Int(id)] * x }
    let (target, source) = (sums + column &* stride, parameters.factors(of: id))
    var factor = 0
    while factor < stride {
      Vector.load(target + factor).plus(Vector.load(source + factor).times(Vector.splat(x)))
        .store(target + factor)
      factor &+= Vector.laneCount
    }
  }
  var factor = 0
  while factor < stride {
    var all = Vector.splat(0)
    for column in 0..<layout.columnCount {
      all = all.plus(Vector.load(sums + (column &* stride &+ factor)))
    }
    all.store(total + factor)
    factor &+= Vector.laneCount
  }
}
