// SPDX-License-Identifier: Apache-2.0

import CVectorKernels

/// Writes the inputs of a dense head for some rows: ``ColumnLayout/inputCount`` numbers a row, those of the
/// first of `rows` at `inputs`.
///
/// - Precondition: every id is below the number of features.
func writeHeadInputs(
  of rows: Range<Int>, in matrix: SparseRows, _ layout: ColumnLayout,
  _ parameters: ParameterPointers, to inputs: UnsafeMutablePointer<Double>
) {
  var next = inputs
  forEachHeadInput(of: rows, in: matrix, layout, parameters) { row in
    next.update(from: row, count: layout.inputCount)
    next += layout.inputCount
  }
}

/// Writes the scores of some rows: the sum of their inputs times `slopes`, and `constant`.
///
/// - Precondition: every id is below the number of features; there is a slope for each input.
func writeHeadScores(
  of rows: Range<Int>, in matrix: SparseRows, _ layout: ColumnLayout,
  _ parameters: ParameterPointers, slopes: UnsafeBufferPointer<Double>, constant: Double,
  to scores: UnsafeMutablePointer<Double>
) {
  guard let slopes = slopes.baseAddress else {
    scores.update(repeating: constant, count: rows.count)
    return
  }
  var next = scores
  forEachHeadInput(of: rows, in: matrix, layout, parameters) { row in
    var sum = constant
    for input in 0..<layout.inputCount { sum += slopes[input] * row[input] }
    next.pointee = sum
    next += 1
  }
}

/// Calls `body` with the inputs of each row.
@inline(__always)
private func forEachHeadInput(
  of rows: Range<Int>, in matrix: SparseRows, _ layout: ColumnLayout,
  _ parameters: ParameterPointers, _ body: (UnsafeMutablePointer<Double>) -> Void
) {
  @inline(__always)
  func run<Vector: FactorVector, Values: EntryValues>(_ values: Values, _: Vector.Type) {
    let stride = parameters.factorStride
    withColumnScratch(layout, stride) { inputs, sums, total in
      for row in rows {
        sumColumns(
          of: matrix.entries(ofRow: row), ids: matrix.ids, values: values, layout, parameters,
          linear: inputs, sums: sums, total: total, as: Vector.self)
        if stride > 0 {
          for column in 0..<layout.columnCount {
            let own = sums + column &* stride
            var (product, factor) = (Vector.splat(0), 0)
            while factor < stride {
              let terms = Vector.load(own + factor)
              product = product.plus(terms.times(Vector.load(total + factor).minus(terms)))
              factor &+= Vector.laneCount
            }
            inputs[layout.firstProduct &+ column] = product.addLanes(to: 0)
          }
        }
        body(inputs)
      }
    }
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    if let values = matrix.values {
      run(StoredValues(values: values), Vector.self)
    } else {
      run(UnitValues(), Vector.self)
    }
  }
  switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// Writes the derivatives of a batch's loss by the sums of factors of each column, for some rows.
///
/// With the derivatives *g* by the products d, that by x_a is Σ_c g_c x_c + g_a (S − 2 x_a). In
/// `inputSlopes`, the derivatives by the inputs, and in `slopes`, a stride of factors for each column, those
/// of row 0 of `matrix` come first.
func writeColumnSlopes(
  of rows: Range<Int>, in matrix: SparseRows, _ layout: ColumnLayout,
  _ parameters: ParameterPointers, inputSlopes: UnsafePointer<Double>,
  to slopes: UnsafeMutablePointer<Double>
) {
  let stride = parameters.factorStride
  guard stride > 0 else { return }
  @inline(__always)
  func run<Vector: FactorVector, Values: EntryValues>(_ values: Values, _: Vector.Type) {
    withColumnScratch(layout, stride) { linear, sums, total in
      for row in rows {
        sumColumns(
          of: matrix.entries(ofRow: row), ids: matrix.ids, values: values, layout, parameters,
          linear: linear, sums: sums, total: total, as: Vector.self)
        let products = inputSlopes + (row &* layout.inputCount &+ layout.firstProduct)
        let target = slopes + row &* layout.columnCount &* stride
        var factor = 0
        while factor < stride {
          let all = Vector.load(total + factor)
          var weighted = Vector.splat(0)
          for column in 0..<layout.columnCount {
            let own = Vector.load(sums + (column &* stride &+ factor))
            weighted = weighted.plus(Vector.splat(products[column]).times(own))
          }
          for column in 0..<layout.columnCount {
            let own = Vector.load(sums + (column &* stride &+ factor))
            weighted.plus(Vector.splat(products[column]).times(all.minus(own).minus(own)))
              .store(target + (column &* stride &+ factor))
          }
          factor &+= Vector.laneCount
        }
      }
    }
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    if let values = matrix.values {
      run(StoredValues(values: values), Vector.self)
    } else {
      run(UnitValues(), Vector.self)
    }
  }
  switch parameters.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// Adds the gradients of some entries of a tile, in order.
///
/// `slopes` are what ``writeColumnSlopes(of:in:_:_:inputSlopes:to:)`` has written; `gradient` has a number
/// for each parameter.
///
/// - Precondition: no other thread adds to the same features.
func accumulateColumnSlopes(
  _ list: EntryList, _ layout: ColumnLayout,
  inputSlopes: UnsafePointer<Double>, slopes: UnsafePointer<Double>,
  to gradient: ParameterPointers
) {
  let stride = gradient.factorStride
  @inline(__always)
  func run<Vector: FactorVector, Values: EntryValues>(_ values: Values, _: Vector.Type) {
    for index in 0..<list.count {
      let (id, row) = (list.entries[index].id, Int(list.entries[index].row))
      let x = values[index]
      let column = layout.column(of: id)
      if gradient.usesWeights {
        gradient.weights[Int(id)] += inputSlopes[row &* layout.inputCount &+ column] * x
      }
      let target = gradient.factors(of: id)
      let source = slopes + (row &* layout.columnCount &+ column) &* stride
      var factor = 0
      while factor < stride {
        Vector.load(target + factor).plus(Vector.splat(x).times(Vector.load(source + factor)))
          .store(target + factor)
        factor &+= Vector.laneCount
      }
    }
  }
  @inline(__always)
  func run<Vector: FactorVector>(_: Vector.Type) {
    if let values = list.values {
      run(StoredValues(values: values), Vector.self)
    } else {
      run(UnitValues(), Vector.self)
    }
  }
  switch gradient.factorStride {
  case 0, 1: run(Double.self)
  case 2: run(SIMD2<Double>.self)
  case 4: run(SIMD4<Double>.self)
  default: run(SIMD8<Double>.self)
  }
}

/// Calls `body` with room for the inputs of a row, the sums of each column, and the sum of these.
@inline(__always)
private func withColumnScratch(
  _ layout: ColumnLayout, _ stride: Int,
  _ body: (
    _ inputs: UnsafeMutablePointer<Double>, _ sums: UnsafeMutablePointer<Double>,
    _ total: UnsafeMutablePointer<Double>
  ) -> Void
) {
  let sumCount = layout.columnCount &* stride
  withUnsafeTemporaryAllocation(
    byteCount: 8 &* (sumCount &+ stride &+ layout.inputCount &+ 1), alignment: 64
  ) { scratch in
    guard let sums = scratch.baseAddress?.assumingMemoryBound(to: Double.self) else { return }
    body(sums + (sumCount &+ stride), sums, sums + sumCount)
  }
}
