// SPDX-License-Identifier: Apache-2.0

/// Writes the multipliers and the sums of some rows of a tile.
///
/// - Precondition: every id is below the number of features.
func scoreTile(
  _ tile: TilePointers, rows: Range<Int>, task: LearningTask, clip: TargetClip, bias: Double,
  parameters: ParameterPointers
) {
  @inline(__always)
  func run<Vector: FactorVector, Loss: LossDerivative>(_: Vector.Type, _: Loss.Type) {
    if let values = tile.rows.values {
      scoreTile(
        tile, rows, StoredValues(values: values), clip, bias, parameters, Vector.self, Loss.self)
    } else {
      scoreTile(tile, rows, UnitValues(), clip, bias, parameters, Vector.self, Loss.self)
    }
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    switch task {
    case .regression: run(Vector.self, SquaredLoss.self)
    case .classification: run(Vector.self, LogisticLoss.self)
    }
  }
  switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

private func scoreTile<Vector: FactorVector, Values: EntryValues, Loss: LossDerivative>(
  _ tile: TilePointers, _ rows: Range<Int>, _ values: Values, _ clip: TargetClip, _ bias: Double,
  _ parameters: ParameterPointers, _: Vector.Type, _: Loss.Type
) {
  let matrix = tile.rows
  let prefetches = parametersExceedCache(matrix, parameters)
  let arePairs = matrix.offsets == nil && matrix.rowWidth == 2
  for row in rows {
    if prefetches, row &+ prefetchDistance < rows.upperBound {
      prefetchRow(row &+ prefetchDistance, matrix, parameters)
    }
    let sums = tile.sums + row &* parameters.factorStride
    let score =
      arePairs
      ? score(
        of: Range(uncheckedBounds: (row &* 2, row &* 2 &+ 2)), ids: matrix.ids, values: values,
        bias: bias, parameters: parameters, sums: sums, as: Vector.self)
      : score(
        of: matrix.entries(ofRow: row), ids: matrix.ids, values: values, bias: bias,
        parameters: parameters, sums: sums, as: Vector.self)
    let multiplier = Loss.multiplier(
      score: score, target: Double(tile.targets[row]), clip: clip)
    tile.multipliers[row] =
      if let caseWeights = tile.caseWeights { caseWeights[row] * multiplier } else { multiplier }
  }
}

/// Adds the gradients of all rows of a tile, in order.
func accumulateRows(
  of tile: TilePointers, into gradient: GradientPointers, shape: FactorizationMachine.Shape
) {
  let exceedsCache = gradientExceedsCache(shape)
  accumulate(tile, gradient, shape) { matrix, add in
    let end = matrix.start(ofRow: matrix.rowCount)
    for row in 0..<matrix.rowCount {
      for entry in matrix.entries(ofRow: row) {
        if exceedsCache, entry &+ prefetchedEntries < end {
          prefetchGradient(
            ofFeature: matrix.ids[entry &+ prefetchedEntries], gradient, shape.factorStride)
        }
        add(entry, row)
      }
    }
  }
}

/// Adds the gradients of some entries of a tile, in order.
///
/// - Precondition: no other thread adds to the same features, nor to any whose bits share a byte with
///   theirs.
func accumulateEntries(
  _ entries: UnsafeBufferPointer<TileEntry>, of tile: TilePointers,
  into gradient: GradientPointers, shape: FactorizationMachine.Shape
) {
  let exceedsCache = gradientExceedsCache(shape)
  accumulate(tile, gradient, shape) { matrix, add in
    let first = matrix.start(ofRow: 0)
    for index in 0..<entries.count {
      if exceedsCache, index &+ prefetchedEntries < entries.count {
        let ahead = entries[index &+ prefetchedEntries]
        prefetchGradient(
          ofFeature: matrix.ids[first &+ Int(ahead.entry)], gradient, shape.factorStride)
      }
      let item = entries[index]
      add(first &+ Int(item.entry), Int(item.row))
    }
  }
}

/// Calls `visit` with the rows of a tile and a function that adds the gradient of an entry and its row.
@inline(__always)
private func accumulate(
  _ tile: TilePointers, _ gradient: GradientPointers, _ shape: FactorizationMachine.Shape,
  _ visit: (SparseRows, (_ entry: Int, _ row: Int) -> Void) -> Void
) {
  @inline(__always)
  func run<Vector: FactorVector, Values: EntryValues>(_ values: Values, _: Vector.Type) {
    let (ids, stride) = (tile.rows.ids, shape.factorStride)
    visit(tile.rows) { entry, row in
      let (id, x) = (Int(ids[entry]), values[entry])
      let step = tile.multipliers[row] * x
      gradient.moments[id] += SIMD4(step, step * x, 1, 0)
      gradient.touch(id)
      let target = gradient.factorSums + id &* stride
      let sums = tile.sums + row &* stride
      var factor = 0
      while factor < stride {
        Vector.load(target + factor).plus(Vector.splat(step).times(Vector.load(sums + factor)))
          .store(target + factor)
        factor &+= Vector.laneCount
      }
    }
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    if let values = tile.rows.values {
      run(StoredValues(values: values), Vector.self)
    } else {
      run(UnitValues(), Vector.self)
    }
  }
  switch shape.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}
