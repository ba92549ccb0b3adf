// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Writes the multipliers and the sums of some rows of a tile.
///
/// - Precondition: every id is below the number of features.
func scoreTile(
  _ tile: TilePointers, rows: Range<Int>, task: LearningTask, clip: TargetClip, bias: Double,
  parameters: ParameterPointers, vectorWidth: Int = WideVectors.width
) {
  let width = WideVectors.usableWidth(vectorWidth, stride: parameters.factorStride)
  if width > 0, rows.count >= width {
    return scoreWideTile(tile, rows, task, clip, bias, parameters, width: width)
  }
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

private func scoreWideTile(
  _ tile: TilePointers, _ rows: Range<Int>, _ task: LearningTask, _ clip: TargetClip,
  _ bias: Double, _ parameters: ParameterPointers, width: Int
) {
  var bias = bias
  var steps = fm_steps()
  (steps.lower, steps.upper) = (clip.lower, clip.upper)
  steps.is_classification = task == .classification
  withWideArguments(tile.rows, parameters, bias: &bias) { matrix, machine in
    withUnsafePointer(to: &steps) { steps in
      var goals = fm_goals(targets: tile.targets, weights: tile.caseWeights, steps: steps)
      fm_score_batch(
        Int32(width), matrix, machine, &goals, rows.lowerBound, rows.count, tile.multipliers,
        tile.sums)
    }
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
    if prefetches, row &+ batchPrefetchDistance < rows.upperBound {
      prefetchRow(row &+ batchPrefetchDistance, matrix, parameters)
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
  of tile: TilePointers, into gradient: GradientPointers, shape: FactorizationMachine.Shape,
  vectorWidth: Int = WideVectors.width
) {
  let matrix = tile.rows
  let width = WideVectors.usableWidth(vectorWidth, stride: shape.factorStride)
  if width > 0 {
    var rows = fm_rows(
      offsets: matrix.offsets, width: matrix.rowWidth, ids: matrix.ids, values: matrix.values)
    var sums = gradient.wide()
    return fm_add_rows(
      Int32(width), &rows, matrix.rowCount, tile.multipliers, tile.sums, shape.factorStride, &sums)
  }
  accumulate(tile, matrix.values, gradient, shape) { add in
    let end = matrix.start(ofRow: matrix.rowCount)
    for row in 0..<matrix.rowCount {
      for entry in matrix.entries(ofRow: row) {
        if gradient.prefetches, entry &+ prefetchedEntries < end {
          prefetchGradient(
            ofFeature: matrix.ids[entry &+ prefetchedEntries], gradient, shape.factorStride)
        }
        add(entry, matrix.ids[entry], row)
      }
    }
  }
}

/// Adds the gradients of some entries of a tile, in order.
///
/// - Precondition: no other thread adds to the same features, nor to any whose bits share a byte with
///   theirs.
func accumulateEntries(
  _ list: EntryList, of tile: TilePointers, into gradient: GradientPointers,
  shape: FactorizationMachine.Shape, vectorWidth: Int = WideVectors.width
) {
  let width = WideVectors.usableWidth(vectorWidth, stride: shape.factorStride)
  if width > 0 {
    var sums = gradient.wide()
    return fm_add_entries(
      Int32(width), list.entries, list.values, list.count, tile.multipliers, tile.sums,
      shape.factorStride, &sums)
  }
  accumulate(tile, list.values, gradient, shape) { add in
    for index in 0..<list.count {
      if gradient.prefetches, index &+ prefetchedEntries < list.count {
        prefetchGradient(
          ofFeature: list.entries[index &+ prefetchedEntries].id, gradient, shape.factorStride)
      }
      add(index, list.entries[index].id, Int(list.entries[index].row))
    }
  }
}

/// Calls `visit` with a function that adds the gradient of an entry, which has the place of its value, a
/// feature and a row.
@inline(__always)
private func accumulate(
  _ tile: TilePointers, _ values: UnsafePointer<Float>?, _ gradient: GradientPointers,
  _ shape: FactorizationMachine.Shape,
  _ visit: ((_ place: Int, _ id: UInt32, _ row: Int) -> Void) -> Void
) {
  @inline(__always)
  func run<Vector: FactorVector, Values: EntryValues>(_ values: Values, _: Vector.Type) {
    let stride = shape.factorStride
    visit { place, id, row in
      let (id, x) = (Int(id), values[place])
      let step = tile.multipliers[row] * x
      let moments = gradient.moments + id &* gradient.momentStride
      SIMD2.load(moments).plus(SIMD2(step, 1)).store(moments)
      if !Values.areOnes { moments[2] += step * x }
      gradient.touch(id)
      let target = gradient.factorSums + id &* gradient.factorStride
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
    if let values {
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
