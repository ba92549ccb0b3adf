// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// The draws of a Gibbs sampler in a file, as ``PosteriorWriter`` wrote them.
///
/// The file is mapped, and one draw at a time is in memory. Its outline is checked when it is opened; the
/// checksum of a draw when it is first used.
///
///     let posterior = try Posterior("posterior")
///     let predictions = try posterior.predictions(
///       for: matrix, statistics: .init(includesDeviations: true, quantiles: [0.05, 0.95]),
///       pool: WorkerPool())
public struct Posterior: Sendable {
  /// What the draws belong to.
  public let training: TrainingDescription

  /// The precision of weights and factors.
  public let precision: PosteriorPrecision

  /// The iterations that were to be kept.
  public let selection: DrawSelection

  /// The number of draws; at least 1.
  public var drawCount: Int { places.count }

  let reader: ContainerReader
  private let places: [SectionPlace]

  /// Opens a file.
  ///
  /// - Throws: ``FormatError`` when the file cannot be read, is no posterior or of a later version, is
  ///   damaged or has been cut off; `OutOfMemoryError`.
  public init(_ path: String) throws {
    reader = try ContainerReader(path, kind: PosteriorFormat.kind)
    training = try TrainingDescription(from: reader)
    var settings = try reader.section(PosteriorFormat.settingsTag)
    precision = try settings.flag() ? .float : .double
    let (burnIn, thinning) = (try settings.count(), try settings.count())
    try settings.finish()
    guard thinning > 0 else { throw settings.misfit("a thinning of 0") }
    selection = DrawSelection(burnIn: burnIn, thinning: thinning)
    places = reader.places(of: PosteriorFormat.drawTag)
    guard !places.isEmpty else { throw settings.misfit("no draws after it") }
    let size = PosteriorFormat.drawByteCount(training.shape, precision)
    for place in places where place.byteCount != size {
      throw settings.misfit("draws of \(place.byteCount) bytes after it")
    }
  }

  /// One draw.
  public struct Draw: Sendable {
    /// The parameters.
    public var machine: FactorizationMachine

    /// The precision of the noise, α.
    public var noisePrecision: Double

    /// The iteration of the sampler, counted from 0.
    public var iteration: Int
  }

  /// Reads a draw, counted from 0.
  ///
  /// - Precondition: `index` is below ``drawCount``.
  /// - Throws: ``FormatError`` when the draw is damaged; `OutOfMemoryError`.
  public func draw(_ index: Int) throws -> Draw {
    var view = DrawView(machine: try FactorizationMachine(shape: training.shape))
    var section = try reader.open(places[index])
    let iteration = try read(&section, into: &view, pool: nil)
    return Draw(
      machine: view.machine, noisePrecision: view.noisePrecision, iteration: iteration)
  }

  /// Predicts cases by all draws.
  ///
  /// The draws are averaged in their order, with all workers on the cases. For the test cases of the
  /// training run, the means are what it wrote, to the bit, if the file has all draws in double precision.
  /// Memory: 16 bytes a case, 32 with deviations, one draw, and with quantiles at most 256 MiB; the file
  /// is then read once for each group of cases that these hold.
  ///
  /// - Parameters:
  ///   - matrix: the cases, one a row. Entries of features that the draws do not know add nothing; see
  ///     ``knownCases(_:relations:)``.
  ///   - relations: the relations that were learned from, in the same order; their `testMapping` has a
  ///     row for each case, and their `trainMapping` may be empty.
  ///   - statistics: what to work out beside the means.
  ///   - pool: the workers; the result does not depend on their number.
  /// - Precondition: the orders of quantiles are within 0...1.
  /// - Returns: the means, and the statistics asked for.
  /// - Throws: ``FormatError`` when a draw is damaged, the relations do not match, deviations are asked
  ///   for of a single draw, or noise of a classification; `OutOfMemoryError`.
  public func predictions(
    for matrix: SparseMatrix, relations: [Relation] = [],
    statistics: PosteriorPredictions.Statistics = .init(), pool: WorkerPool
  ) throws -> PosteriorPredictions {
    try check(statistics)
    let known = try knownCases(matrix, relations: relations)
    var sections: [SectionReader] = []
    return try PosteriorPredictions(
      for: PosteriorCases(matrix: known.matrix, relations: known.relations),
      shape: training.shape, drawCount: drawCount, task: training.task,
      targetRange: training.targetRange, statistics: statistics, pool: pool
    ) { index, view in
      // Checksums are worked out only the first time.
      if index == sections.count { sections.append(try reader.open(places[index])) }
      var section = sections[index]
      _ = try read(&section, into: &view, pool: pool)
    }
  }

  /// Predicts the cases of a data set, whose targets are not looked at.
  ///
  /// - Returns: the means, and the statistics asked for.
  /// - Throws: as ``predictions(for:relations:statistics:pool:)-(SparseMatrix,_,_,_)``.
  public func predictions(
    for dataset: Dataset, relations: [Relation] = [],
    statistics: PosteriorPredictions.Statistics = .init(), pool: WorkerPool
  ) throws -> PosteriorPredictions {
    try predictions(
      for: dataset.matrix, relations: relations, statistics: statistics, pool: pool)
  }

  /// Checks that statistics can be worked out from these draws.
  ///
  /// - Throws: ``FormatError`` that says why they cannot.
  public func check(_ statistics: PosteriorPredictions.Statistics) throws(FormatError) {
    guard !statistics.includesDeviations || drawCount > 1 else {
      throw FormatError(
        path: reader.path, found: "there is a single draw, which has no standard deviation",
        expected: "two draws or more")
    }
    guard !statistics.includesNoise || training.task == .regression else {
      throw FormatError(
        path: reader.path,
        found: "the draws are of a classification, where observations have no noise",
        expected: "draws of a regression")
    }
  }

  /// Reads the numbers of a draw, with all workers if there are any.
  ///
  /// - Returns: the iteration.
  private func read(
    _ section: inout SectionReader, into view: inout DrawView, pool: WorkerPool?
  ) throws(FormatError) -> Int {
    let iteration = try section.count()
    view.noisePrecision = try section.double()
    view.machine.bias = try section.double()
    switch precision {
    case .double: try section.read(Double.self, into: &view.machine, pool: pool)
    case .float: try section.read(Float.self, into: &view.machine, pool: pool)
    }
    try section.finish()
    return iteration
  }
}

extension SectionReader {
  /// Reads the weights, if the machine has any, and the factors, which stand without padding.
  fileprivate mutating func read<Number: BinaryFloatingPoint & BitwiseCopyable>(
    _: Number.Type, into machine: inout FactorizationMachine, pool: WorkerPool?
  ) throws(FormatError) {
    let shape = machine.shape
    let (featureCount, factorCount) = (shape.featureCount, shape.factorCount)
    try machine.withMutableParameters { weights, factors throws(FormatError) in
      if shape.usesWeights {
        try read(rows: featureCount, width: 1, to: weights, stride: 1, as: Number.self, pool: pool)
      }
      try read(
        rows: featureCount, width: factorCount, to: factors, stride: shape.factorStride,
        as: Number.self, pool: pool)
    }
  }
}
