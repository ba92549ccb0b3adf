// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// Writes the draws of a Gibbs sampler to a file while it samples.
///
/// The file appears at ``commit(keptOnly:)``, complete or not at all, see ``WholeFile``; until then draws
/// are in a temporary file beside it, and none is held in memory.
///
///     let posterior = try PosteriorWriter("posterior", training: description)
///     try sampler.run { report in
///       try posterior.add(report)
///       return .proceed
///     }
///     try posterior.commit()
public final class PosteriorWriter {
  /// The number of draws written so far.
  public private(set) var drawCount = 0

  private let container: ContainerWriter
  private let path: String
  private let shape: FactorizationMachine.Shape
  private let selection: DrawSelection
  private let precision: PosteriorPrecision
  private let drawByteCount: Int

  /// Where the draws to keep end, and their number.
  private var kept: (place: ContainerWriter.Place, drawCount: Int)?

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: the file to write.
  ///   - training: what the draws belong to; its shape is that of all of them.
  ///   - selection: the iterations whose draws are kept.
  ///   - precision: that of the weights and factors.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public init(
    _ path: String, training: TrainingDescription, selection: DrawSelection = DrawSelection(),
    precision: PosteriorPrecision = .double
  ) throws(FormatError) {
    self.path = path
    self.selection = selection
    self.precision = precision
    shape = training.shape
    guard let size = PosteriorFormat.drawByteCount(shape, precision) else {
      preconditionFailure("no machine of that shape fits in memory")
    }
    drawByteCount = size
    container = try ContainerWriter(path, kind: PosteriorFormat.kind)
    try training.write(to: container)
    var fields = ContainerFields()
    fields.append(precision == .float)
    fields.append(UInt64(selection.burnIn))
    fields.append(UInt64(selection.thinning))
    try container.write(PosteriorFormat.settingsTag, fields)
  }

  /// The size of a draw in the file, in bytes.
  ///
  /// - Precondition: machines of that shape fit in memory.
  public static func byteCount(
    ofDrawWith shape: FactorizationMachine.Shape, precision: PosteriorPrecision = .double
  ) -> Int {
    guard let size = PosteriorFormat.drawByteCount(shape, precision) else {
      preconditionFailure("no machine of that shape fits in memory")
    }
    return ContainerFormat.sectionHeaderSize + ContainerFormat.paddedCount(size)
      + ContainerFormat.checksumSize
  }

  /// Adds the draw of an iteration if it is one of those to keep.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written; nothing of it remains then.
  public func add(_ report: GibbsSampler.Report) throws(FormatError) {
    try add(
      report.machine, iteration: report.iteration,
      noisePrecision: report.hyperparameters.noisePrecision)
  }

  /// Adds the draw of an iteration if it is one of those to keep.
  ///
  /// - Parameters:
  ///   - machine: the parameters, of the shape of the description.
  ///   - iteration: its number, counted from 0; greater than that of the draw before.
  ///   - noisePrecision: the precision of the noise, α.
  /// - Throws: ``FormatError`` when the file cannot be written; nothing of it remains then.
  public func add(
    _ machine: FactorizationMachine, iteration: Int, noisePrecision: Double
  ) throws(FormatError) {
    precondition(machine.shape == shape, "the machine has another shape than the description")
    guard selection.contains(iteration) else { return }
    var header = ContainerFields()
    header.append(UInt64(iteration))
    header.append(noisePrecision)
    header.append(machine.bias)
    try container.write(
      PosteriorFormat.drawTag, byteCount: drawByteCount
    ) { body throws(FormatError) in
      try body.write(header)
      switch precision {
      case .double: try body.write(machine, as: Double.self)
      case .float: try body.write(machine, as: Float.self)
      }
    }
    drawCount += 1
  }

  /// Notes that the draws so far are those to keep, should what follows not improve the result.
  ///
  /// This is the counterpart of answering ``LearningDecision/keep`` to a sampler.
  public func keep() {
    kept = (container.place, drawCount)
  }

  /// Completes the file.
  ///
  /// - Parameter keptOnly: whether draws added after the last ``keep()`` are left out, if there was one.
  /// - Throws: ``FormatError`` when there is no draw, or when the file cannot be written; nothing remains
  ///   then.
  public func commit(keptOnly: Bool = false) throws(FormatError) {
    if keptOnly, let kept {
      try container.goBack(to: kept.place)
      drawCount = kept.drawCount
    }
    guard drawCount > 0 else {
      container.abandon()
      throw FormatError(
        path: path, found: "there is no draw to keep: learning ended too early",
        expected: "iteration \(selection.burnIn) or a later one, counted from 0")
    }
    try container.commit()
  }
}

extension SectionBody {
  /// Writes the weights, if the machine has any, and the factors without their padding.
  fileprivate mutating func write<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _ machine: FactorizationMachine, as _: Number.Type
  ) throws(FormatError) {
    let shape = machine.shape
    try machine.withParameters { weights, factors throws(FormatError) in
      if shape.usesWeights {
        try write(weights, rows: shape.featureCount, width: 1, stride: 1, as: Number.self)
      }
      try write(
        factors, rows: shape.featureCount, width: shape.factorCount, stride: shape.factorStride,
        as: Number.self)
    }
  }
}
