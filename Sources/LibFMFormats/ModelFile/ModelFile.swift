// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Files of models: libFM's text format, which this type writes, and the full format of ``TrainedModel``.
///
/// The text is
///
///     #global bias W0
///     0.25
///     #unary interactions Wj
///     0.5                            (a line for each feature)
///     #pairwise interactions Vj,f
///     0.1 -0.2                       (a line for each feature: its factors)
///
/// A machine without bias or weights has no such section. By default numbers have six digits, so a
/// machine that is read back is not quite the one that was written.
public enum ModelFile {
  /// What a file of a model holds.
  public struct Content: Sendable {
    /// The parameters.
    public var machine: FactorizationMachine

    /// What the file tells about the training; nil for a text without a dense head.
    public var training: TrainingDescription?

    /// The last layer over the columns, which are the groups of the training; nil when scores are plain
    /// sums.
    public var head: DenseHead?

    /// Whether the file has the full format.
    public var isFull = false
  }

  static let biasLabel = "#global bias W0"
  static let weightsLabel = "#unary interactions Wj"
  static let factorsLabel = "#pairwise interactions Vj,f"

  /// Writes a machine.
  ///
  /// - Parameters:
  ///   - machine: the machine.
  ///   - path: the file, which appears when all is written; see ``WholeFile``.
  ///   - digits: the number of significant digits, from 1 to 17; 17 bring every number back exactly.
  ///   - pool: the workers to share the work; the bytes are the same for any number of them.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public static func write(
    _ machine: FactorizationMachine, to path: String,
    digits: Int = GeneralFormat.standardDigits, pool: WorkerPool = WorkerPool(workerCount: 1)
  ) throws(FormatError) {
    let file = try WholeFile(path)
    try write(machine, to: file, digits: digits, pool: pool)
    try file.commit()
  }

  /// Writes the sections of a machine.
  static func write(
    _ machine: FactorizationMachine, to file: WholeFile, digits: Int, pool: WorkerPool
  ) throws(FormatError) {
    let shape = machine.shape
    if shape.usesBias {
      try file.write(biasLabel + "\n")
      try file.write(machine.bias, digits: digits)
      try file.write(byte: Ascii.lineFeed)
    }
    let result = machine.withParameters { weights, factors in
      Result { () throws(FormatError) in
        if shape.usesWeights {
          try file.write(weightsLabel + "\n")
          try NumberRows(values: weights, rowCount: shape.featureCount, digits: digits)
            .write(to: file, pool: pool)
        }
        try file.write(factorsLabel + "\n")
        let rows = NumberRows(
          values: factors, rowCount: shape.featureCount, columnCount: shape.factorCount,
          stride: shape.factorStride, digits: digits)
        try rows.write(to: file, pool: pool)
      }
    }
    try result.get()
  }
}
