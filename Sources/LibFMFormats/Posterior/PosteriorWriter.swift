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
  private let isLasting: Bool
  private let training: TrainingDescription
  private let selection: DrawSelection
  private let precision: PosteriorPrecision
  private let drawByteCount: Int

  /// Where the draws to keep end, and their number.
  private var kept: Extent?

  private typealias Extent = (place: ContainerPlace, drawCount: Int)

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: the file to write.
  ///   - training: what the draws belong to; its shape is that of all of them.
  ///   - selection: the iterations whose draws are kept.
  ///   - precision: that of the weights and factors.
  /// - Throws: ``FormatError`` when the file cannot be written.
  public convenience init(
    _ path: String, training: TrainingDescription, selection: DrawSelection = DrawSelection(),
    precision: PosteriorPrecision = .double
  ) throws(FormatError) {
    try self.init(
      path, training, selection, precision, isLasting: false,
      try ContainerWriter(path, kind: PosteriorFormat.kind))
    try begin()
  }

  /// Begins a file that a run can go on with after a break, or goes on with one.
  ///
  /// Until ``commit(keptOnly:)`` the draws are in the file that ``WholeFile/lastingPath(of:)`` names.
  ///
  /// - Parameters:
  ///   - path: the file to write.
  ///   - training: what the draws belong to; its shape is that of all of them.
  ///   - selection: the iterations whose draws are kept, the same as before.
  ///   - precision: that of the weights and factors, the same as before.
  ///   - earlier: the draws there are; those in another file are copied. nil begins a file.
  /// - Throws: ``FormatError`` when the file cannot be written, or another process writes to it.
  package convenience init(
    lasting path: String, training: TrainingDescription, selection: DrawSelection,
    precision: PosteriorPrecision, after earlier: EarlierDraws?
  ) throws(FormatError) {
    guard let earlier else {
      try self.init(
        path, training, selection, precision, isLasting: true,
        try ContainerWriter(path, kind: PosteriorFormat.kind, isLasting: true))
      try begin()
      return
    }
    let beginning = earlier.beginning
    let partial = FileIdentity(ofInput: try WholeFile.lastingPath(of: path))
    let isThere = partial != nil && partial == FileIdentity(ofInput: earlier.path)
    try self.init(
      path, training, selection, precision, isLasting: true,
      isThere
        ? try ContainerWriter(lasting: path, from: beginning.place)
        : try ContainerWriter(path, copying: beginning, isLasting: true))
    drawCount = Int(beginning.place.sectionCount) - PosteriorFormat.sectionCountBeforeDraws
    if let place = beginning.notedPlace, let count = earlier.keptCount { kept = (place, count) }
  }

  private init(
    _ path: String, _ training: TrainingDescription, _ selection: DrawSelection,
    _ precision: PosteriorPrecision, isLasting: Bool, _ container: ContainerWriter
  ) {
    (self.path, self.training, self.selection, self.precision) =
      (path, training, selection, precision)
    guard let size = PosteriorFormat.drawByteCount(training.shape, precision) else {
      preconditionFailure("no machine of that shape fits in memory")
    }
    drawByteCount = size
    (self.isLasting, self.container) = (isLasting, container)
  }

  /// Writes what is before the draws.
  private func begin() throws(FormatError) {
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
    precondition(
      machine.shape == training.shape, "the machine has another shape than the description")
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

  /// Waits until the draws are on the disk.
  ///
  /// - Parameter keptOnly: whether a run that goes on needs no draws added after the last ``keep()``.
  /// - Returns: what a checkpoint must say of them so that they are found again.
  /// - Throws: ``FormatError`` when the system refuses.
  package func synchronize(keptOnly: Bool) throws(FormatError) -> LearningCourse.SavedDraws {
    try container.synchronize()
    let extent = extent(keptOnly: keptOnly)
    return LearningCourse.SavedDraws(
      path: path, count: extent.drawCount, byteCount: extent.place.byteCount,
      fingerprint: extent.place.fingerprint)
  }

  /// Completes the file.
  ///
  /// - Parameter keptOnly: whether draws added after the last ``keep()`` are left out, if there was one.
  /// - Throws: ``FormatError`` when there is no draw, or when the file cannot be written; nothing remains
  ///   then.
  public func commit(keptOnly: Bool = false) throws(FormatError) {
    _ = try commit(keptOnly: keptOnly, keepingOthers: false)
  }

  /// Completes the file.
  ///
  /// - Parameters:
  ///   - keptOnly: whether draws added after the last ``keep()`` are left out, if there was one.
  ///   - keepingOthers: whether these stay, with the others, where a run that goes on finds them.
  /// - Returns: whether there are such.
  /// - Throws: ``FormatError`` when there is no draw, or when the file cannot be written.
  package func commit(keptOnly: Bool, keepingOthers: Bool) throws(FormatError) -> Bool {
    let extent = extent(keptOnly: keptOnly)
    guard extent.drawCount > 0 else {
      if drawCount == 0 { container.abandon() }
      throw FormatError(
        path: path, found: "there is no draw to keep: learning ended too early",
        expected: "iteration \(selection.burnIn) or a later one, counted from 0")
    }
    if keepingOthers, extent.drawCount < drawCount {
      try container.synchronize()
      try finish(try copy(upTo: extent.place))
      return true
    }
    try container.goBack(to: extent.place)
    drawCount = extent.drawCount
    try finish(container)
    return false
  }

  private func extent(keptOnly: Bool) -> Extent {
    let all = (container.place, drawCount)
    return keptOnly ? kept ?? all : all
  }

  private func copy(upTo place: ContainerPlace) throws(FormatError) -> ContainerWriter {
    let partial = try WholeFile.lastingPath(of: path)
    guard
      let beginning = try ContainerBeginning(
        partial, kind: PosteriorFormat.kind, byteCount: place.byteCount)
    else { throw FormatError(path: partial, found: "the draws written here have been changed") }
    return try ContainerWriter(path, copying: beginning)
  }

  private func finish(_ container: ContainerWriter) throws(FormatError) {
    try training.write(to: container)
    try container.commit(durably: isLasting)
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
