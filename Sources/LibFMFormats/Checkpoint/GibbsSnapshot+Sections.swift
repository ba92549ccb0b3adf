// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

extension GibbsSampler.Snapshot: CheckpointedSnapshot {
  /// What checkpoints call the solver.
  public static var solverName: String { "gibbs" }

  /// Writes the sections beside those of ``progress``.
  public func write(to output: CheckpointOutput) throws(FormatError) {
    var fields = ContainerFields()
    for number in random.state { fields.append(number) }
    fields.append(hyperparameters.noisePrecision)
    for priors in [hyperparameters.weights, hyperparameters.factors] {
      fields.append(priors.flatMap { [$0.mean, $0.precision] })
    }
    try output.writer.write(Tag.chain, fields)
    let optional = [
      (Tag.latentTargets, latentTargets.map { [$0] }), (Tag.test, test?.buffers),
      (Tag.validation, validation?.buffers), (Tag.keptPredictions, keptPredictions.map { [$0] }),
    ]
    for case (let tag, let buffers?) in optional { try output.writer.write(buffers, tag) }
  }

  /// Reads these sections.
  public init(from input: CheckpointInput) throws {
    let reader = input.reader
    var fields = try reader.section(Tag.chain)
    var state: [UInt32] = []
    for _ in 0..<31 { state.append(try fields.integer()) }
    guard let random = GlibcRandom(state: state) else { throw fields.misfit("no generator") }
    let hyperparameters = Hyperparameters(
      noisePrecision: try fields.double(), weights: try fields.priors(),
      factors: try fields.priors())
    try fields.finish()
    self.init(
      progress: input.progress, random: random, hyperparameters: hyperparameters,
      latentTargets: try reader.buffers(Tag.latentTargets, count: 1)?[0],
      test: try reader.buffers(Tag.test, count: 3).map(GibbsSampler.PredictionSums.init),
      validation: try reader.buffers(Tag.validation, count: 3)
        .map(GibbsSampler.PredictionSums.init),
      keptPredictions: try reader.buffers(Tag.keptPredictions, count: 1)?[0])
  }
}

private enum Tag {
  static let chain = FourLetters("chai")
  static let latentTargets = FourLetters("late")
  static let test = FourLetters("test")
  static let validation = FourLetters("vali")
  static let keptPredictions = FourLetters("pred")
}

extension GibbsSampler.PredictionSums {
  fileprivate var buffers: [AlignedBuffer<Double>] { [last, allDraws, laterDraws] }

  fileprivate init(_ buffers: [AlignedBuffer<Double>]) {
    self.init(last: buffers[0], allDraws: buffers[1], laterDraws: buffers[2])
  }
}

extension ContainerWriter {
  /// Writes buffers of the same length one after the other.
  fileprivate func write(
    _ buffers: [AlignedBuffer<Double>], _ tag: FourLetters
  ) throws(FormatError) {
    let count = buffers.reduce(0) { $0 + $1.count }
    try write(tag, byteCount: count * MemoryLayout<Double>.stride) { body throws(FormatError) in
      for buffer in buffers { try body.write(buffer) }
    }
  }
}

extension ContainerReader {
  /// Reads a number of buffers that share a section evenly; nil without the section.
  fileprivate func buffers(_ tag: FourLetters, count: Int) throws -> [AlignedBuffer<Double>]? {
    guard var section = try sectionIfPresent(tag) else { return nil }
    let size = count * MemoryLayout<Double>.stride
    guard section.remaining.isMultiple(of: size) else {
      throw section.misfit("\(section.remaining) bytes, which are no \(count) lists")
    }
    let length = section.remaining / size
    return try (0..<count).map { _ in
      let buffer = try AlignedBuffer<Double>(count: length)
      try section.read(into: buffer)
      return buffer
    }
  }
}

extension SectionReader {
  fileprivate mutating func priors() throws(FormatError) -> [NormalPrior] {
    let numbers = try doubles()
    guard numbers.count.isMultiple(of: 2) else {
      throw misfit("\(numbers.count) numbers for means and precisions")
    }
    return stride(from: 0, to: numbers.count, by: 2).map {
      NormalPrior(mean: numbers[$0], precision: numbers[$0 + 1])
    }
  }
}
