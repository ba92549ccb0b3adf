// SPDX-License-Identifier: Apache-2.0

public import FactorizationMachines

/// What a model must know about its training, beside its parameters, to predict as the training run would
/// have.
public struct TrainingDescription: Sendable {
  /// What was learned.
  public var task: LearningTask

  /// The learning method under its name on the command line, as "mcmc".
  public var method: String

  /// The range of the training targets as they were given.
  public var targetRange: TargetRange

  /// The terms and sizes of the machine.
  public var shape: FactorizationMachine.Shape

  /// The number of features of the main table, then of each relation; they add up to those of the shape.
  public var blockFeatureCounts: [Int]

  /// The group of each feature.
  public var groups: FeatureGroups

  /// The seed of the random numbers.
  public var seed: UInt32

  /// The command line, or another account of the settings, for people to read.
  public var commandLine: [String]

  /// Describes a training.
  ///
  /// - Precondition: the counts agree with the shape.
  public init(
    task: LearningTask, method: String, targetRange: TargetRange, shape: FactorizationMachine.Shape,
    blockFeatureCounts: [Int]? = nil, groups: FeatureGroups? = nil, seed: UInt32,
    commandLine: [String] = []
  ) {
    self.task = task
    self.method = method
    self.targetRange = targetRange
    self.shape = shape
    self.blockFeatureCounts = blockFeatureCounts ?? [shape.featureCount]
    self.groups = groups ?? FeatureGroups(singleGroupOf: shape.featureCount)
    self.seed = seed
    self.commandLine = commandLine
    precondition(self.blockFeatureCounts.reduce(0, +) == shape.featureCount)
    precondition(self.groups.featureCount == shape.featureCount)
  }
}

// MARK: In files

extension TrainingDescription {
  private static let tag = FourLetters("desc")
  private static let groupsTag = FourLetters("grps")

  /// Writes the sections of a description.
  ///
  /// - Throws: ``FormatError`` when the file cannot be written.
  package func write(to writer: ContainerWriter) throws(FormatError) {
    var fields = ContainerFields()
    fields.append(task == .classification)
    fields.append(method)
    fields.append(targetRange.lower.bitPattern)
    fields.append(targetRange.upper.bitPattern)
    fields.append(shape.usesBias)
    fields.append(shape.usesWeights)
    fields.append(UInt64(shape.factorCount))
    fields.append(UInt64(blockFeatureCounts.count))
    for count in blockFeatureCounts { fields.append(UInt64(count)) }
    fields.append(seed)
    fields.append(UInt64(commandLine.count))
    for argument in commandLine { fields.append(argument) }
    fields.append(UInt64(groups.groupCount))
    try writer.write(Self.tag, fields)
    guard let groupOfFeature = groups.groupOfFeature else { return }
    let byteCount = groupOfFeature.count * MemoryLayout<UInt32>.stride
    try writer.write(Self.groupsTag, byteCount: byteCount) { body throws(FormatError) in
      try body.write(groupOfFeature)
    }
  }

  /// Reads the sections of a description.
  ///
  /// - Throws: ``FormatError`` when they are missing, damaged or contradict themselves;
  ///   `OutOfMemoryError`.
  package init(from reader: ContainerReader) throws {
    var fields = try reader.section(Self.tag)
    task = try fields.flag() ? .classification : .regression
    method = try fields.text()
    targetRange = TargetRange(
      lower: Float(bitPattern: try fields.integer()),
      upper: Float(bitPattern: try fields.integer()))
    let (usesBias, usesWeights) = (try fields.flag(), try fields.flag())
    let factorCount = try fields.count()
    // What -dim can ask for.
    guard factorCount <= Int32.max else { throw fields.misfit("\(factorCount) factors") }
    blockFeatureCounts = []
    var featureCount = 0
    for _ in 0..<(try fields.count(ofSize: 8)) {
      let count = try fields.count()
      // Ids have 32 bits, also those of relations after those of the main table.
      guard count <= Int(UInt32.max) - featureCount else {
        throw fields.misfit("more features than there are ids")
      }
      featureCount += count
      blockFeatureCounts.append(count)
    }
    guard !blockFeatureCounts.isEmpty else { throw fields.misfit("no main table") }
    shape = FactorizationMachine.Shape(
      usesBias: usesBias, usesWeights: usesWeights, factorCount: factorCount,
      featureCount: featureCount)
    seed = try fields.integer()
    commandLine = []
    for _ in 0..<(try fields.count(ofSize: 8)) { commandLine.append(try fields.text()) }
    let groupCount = try fields.count()
    try fields.finish()
    groups = FeatureGroups(singleGroupOf: featureCount)
    guard groupCount <= GroupsReader.greatestGroupCount * blockFeatureCounts.count else {
      throw fields.misfit("\(groupCount) groups")
    }
    guard var section = try reader.sectionIfPresent(Self.groupsTag) else {
      guard groupCount == 1 else { throw fields.misfit("\(groupCount) groups without members") }
      return
    }
    groups = try Self.readGroups(&section, featureCount: featureCount, groupCount: groupCount)
  }

  private static func readGroups(
    _ section: inout SectionReader, featureCount: Int, groupCount: Int
  ) throws -> FeatureGroups {
    guard section.remaining == featureCount * MemoryLayout<UInt32>.stride else {
      throw section.misfit("groups for another number of features than \(featureCount)")
    }
    let groups = try section.withNumbers(count: featureCount, as: UInt32.self) { numbers in
      numbers.allSatisfy { $0 < groupCount } ? Array(numbers) : nil
    }
    guard let groups else { throw section.misfit("group numbers beyond \(groupCount) groups") }
    return try FeatureGroups(groups, groupCount: groupCount)
  }
}
