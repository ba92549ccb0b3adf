// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines

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
      guard let start = factors.baseAddress else { return }
      try body.write(
        start, rows: weights.count, width: shape.factorCount, stride: shape.factorStride)
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
    guard let start = factors.baseAddress else { return }
    try read(
      rows: weights.count, width: shape.factorCount, to: start, stride: shape.factorStride)
  }
}
