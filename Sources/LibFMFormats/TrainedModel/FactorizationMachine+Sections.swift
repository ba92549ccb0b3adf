// SPDX-License-Identifier: Apache-2.0

package import FactorizationMachines

private let biasTag = FourLetters("bias")
private let weightsTag = FourLetters("wght")
private let factorsTag = FourLetters("fact")

extension FactorizationMachine {
  /// Writes the sections of the parameters, without the padding between the factors of features.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package func write(to writer: ContainerWriter) throws(FormatError) {
    if shape.usesBias {
      var fields = ContainerFields()
      fields.append(bias)
      try writer.write(biasTag, fields)
    }
    try withParameters { weights, factors throws(FormatError) in
      if shape.usesWeights {
        let byteCount = shape.featureCount * MemoryLayout<Double>.stride
        try writer.write(weightsTag, byteCount: byteCount) { body throws(FormatError) in
          try body.write(UnsafeBufferPointer(start: weights, count: shape.featureCount))
        }
      }
      guard shape.factorCount > 0 else { return }
      let byteCount = shape.featureCount * shape.factorCount * MemoryLayout<Double>.stride
      try writer.write(factorsTag, byteCount: byteCount) { body throws(FormatError) in
        try body.write(
          factors, rows: shape.featureCount, width: shape.factorCount, stride: shape.factorStride)
      }
    }
  }

  /// Reads the sections of the parameters of a shape.
  ///
  /// The lengths of the sections are compared with the shape before anything is allocated.
  ///
  /// - Throws: ``FormatError`` when they are missing, damaged or of another size; `OutOfMemoryError`.
  package init(from reader: ContainerReader, shape: Shape) throws {
    let weights = shape.usesWeights ? try reader.section(weightsTag) : nil
    let factors = shape.factorCount > 0 ? try reader.section(factorsTag) : nil
    try weights?.check(numberCount: shape.featureCount, times: 1)
    try factors?.check(numberCount: shape.featureCount, times: shape.factorCount)
    try self.init(shape: shape)
    if shape.usesBias {
      var section = try reader.section(biasTag)
      bias = try section.double()
      try section.finish()
    }
    try withMutableParameters { target, factorTarget in
      if var weights {
        try weights.read(
          into: UnsafeMutableBufferPointer(start: target, count: shape.featureCount))
      }
      if var factors {
        try factors.read(
          rows: shape.featureCount, width: shape.factorCount, to: factorTarget,
          stride: shape.factorStride)
      }
    }
  }
}

extension SectionReader {
  /// Checks that this many numbers are left, and nothing else.
  fileprivate func check(numberCount: Int, times factor: Int) throws(FormatError) {
    let (count, overflow) = numberCount.multipliedReportingOverflow(by: factor)
    let (byteCount, byteOverflow) = count.multipliedReportingOverflow(
      by: MemoryLayout<Double>.stride)
    guard !overflow, !byteOverflow, byteCount == remaining else {
      throw misfit(
        "\(remaining) bytes", expected: "\(numberCount) × \(factor) numbers of 8 bytes")
    }
  }
}
