// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

/// How many of the padded factors are brought together before they are written, about.
private let tileCount = 1 << 13

// A section of parameters holds a bias, the weights and the factors feature by feature, without the padding
// that these have in memory.
extension ContainerWriter {
  /// Writes the parameters of a machine from where they are.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  func write(_ machine: FactorizationMachine, _ tag: FourLetters) throws(FormatError) {
    let shape = machine.shape
    try machine.withParameters { weights, factors throws(FormatError) in
      try write(
        tag, bias: machine.bias,
        weights: UnsafeBufferPointer(start: weights, count: shape.featureCount),
        factors: UnsafeBufferPointer(
          start: factors, count: shape.featureCount * shape.factorStride),
        shape: shape)
    }
  }

  /// Writes numbers that lie in memory as the parameters of a machine of this shape do.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  func write(
    _ arrays: ParameterArrays, _ tag: FourLetters, shape: FactorizationMachine.Shape
  ) throws(FormatError) {
    defer { withExtendedLifetime(arrays) {} }
    try write(
      tag, bias: 0, weights: arrays.weights.elements, factors: arrays.factors.elements, shape: shape
    )
  }

  private func write(
    _ tag: FourLetters, bias: Double, weights: UnsafeBufferPointer<Double>,
    factors: UnsafeBufferPointer<Double>, shape: FactorizationMachine.Shape
  ) throws(FormatError) {
    let count = 1 + weights.count * (1 + shape.factorCount)
    let byteCount = count * MemoryLayout<Double>.stride
    try write(tag, byteCount: byteCount) { body throws(FormatError) in
      var fields = ContainerFields()
      fields.append(bias)
      try body.write(fields)
      try body.write(weights)
      if shape.factorStride == shape.factorCount {
        try body.write(factors)
      } else {
        try body.write(
          factors, rows: weights.count, of: shape.factorCount, stride: shape.factorStride)
      }
    }
  }
}

extension SectionBody {
  /// Writes the first `width` numbers of each `stride`.
  fileprivate mutating func write(
    _ numbers: UnsafeBufferPointer<Double>, rows: Int, of width: Int, stride: Int
  ) throws(FormatError) {
    let tileRows = max(1, tileCount / width)
    let tile = UnsafeMutableBufferPointer<Double>.allocate(capacity: tileRows * width)
    defer { tile.deallocate() }
    for start in Swift.stride(from: 0, to: rows, by: tileRows) {
      let count = min(tileRows, rows - start)
      for row in 0..<count {
        for column in 0..<width {
          tile[row * width + column] = numbers[(start + row) * stride + column]
        }
      }
      try write(UnsafeBufferPointer(rebasing: tile[..<(count * width)]))
    }
  }
}

extension ContainerReader {
  /// Reads the parameters of a machine.
  ///
  /// - Throws: ``FormatError`` when they are missing, damaged or of another number; `OutOfMemoryError`.
  func machine(
    _ tag: FourLetters, shape: FactorizationMachine.Shape
  ) throws -> FactorizationMachine {
    var section = try section(tag)
    try section.checkParameters(count: shape.featureCount, factorCount: shape.factorCount)
    var machine = try FactorizationMachine(shape: shape)
    machine.bias = try section.double()
    try machine.withMutableParameters { weights, factors throws(FormatError) in
      try section.readParameters(
        weights: UnsafeMutableBufferPointer(start: weights, count: shape.featureCount),
        factors: UnsafeMutableBufferPointer(
          start: factors, count: shape.featureCount * shape.factorStride),
        shape: shape)
    }
    return machine
  }

  /// Reads numbers in the layout of parameters of this shape, for as many things as there are.
  ///
  /// - Throws: ``FormatError`` when they are missing, damaged or contradict the shape; `OutOfMemoryError`.
  func arrays(_ tag: FourLetters, shape: FactorizationMachine.Shape) throws -> ParameterArrays {
    var section = try section(tag)
    let numberCount = section.remaining / MemoryLayout<Double>.stride - 1
    let count = max(0, numberCount) / (1 + shape.factorCount)
    try section.checkParameters(count: count, factorCount: shape.factorCount)
    let arrays = try ParameterArrays(count: count, factorStride: shape.factorStride)
    _ = try section.double()
    try section.readParameters(
      weights: arrays.weights.mutableElements, factors: arrays.factors.mutableElements,
      shape: shape)
    return arrays
  }
}

extension SectionReader {
  fileprivate func checkParameters(count: Int, factorCount: Int) throws(FormatError) {
    let (numbers, overflow) = count.multipliedReportingOverflow(by: 1 + factorCount)
    guard !overflow, remaining.isMultiple(of: 8), remaining / 8 - 1 == numbers else {
      throw misfit("\(remaining) bytes for \(count) features with \(factorCount) factors")
    }
  }

  fileprivate mutating func readParameters(
    weights: UnsafeMutableBufferPointer<Double>, factors: UnsafeMutableBufferPointer<Double>,
    shape: FactorizationMachine.Shape
  ) throws(FormatError) {
    try read(into: weights)
    if shape.factorStride == shape.factorCount { return try read(into: factors) }
    for row in 0..<weights.count {
      let start = row * shape.factorStride
      try read(
        into: UnsafeMutableBufferPointer(rebasing: factors[start..<start + shape.factorCount]))
    }
  }
}
