// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Descriptions of trainings")
struct TrainingDescriptionTests {
  typealias Shape = FactorizationMachine.Shape

  private let kind = ContainerKind(FourLetters("test"), version: 1, name: "a test file")
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  static let groupings: [FeatureGroups?] = [
    nil, try? FeatureGroups([0, 2, 1, 2, 0]), try? FeatureGroups([0, 0, 0, 0, 0], groupCount: 4),
    try? FeatureGroups([3, 3, 3, 3, 3]),
  ]

  @Test("come back as they were", arguments: groupings)
  func roundTrip(groups: FeatureGroups?) throws {
    let description = TrainingDescription(
      task: .classification, method: "als",
      targetRange: TargetRange(lower: -.infinity, upper: .nan),
      shape: Shape(usesBias: false, factorCount: 7, featureCount: 5),
      blockFeatureCounts: [2, 0, 3], groups: groups, seed: .max,
      commandLine: ["-task", "c", "", "naïve"])
    let found = try read { try description.write(to: $0) }
    #expect(found.task == description.task)
    #expect(found.method == description.method)
    #expect(found.targetRange.lower == -.infinity && found.targetRange.upper.isNaN)
    #expect(found.shape == description.shape)
    #expect(found.blockFeatureCounts == description.blockFeatureCounts)
    #expect(found.groups == description.groups)
    #expect(found.groups.memberCounts == description.groups.memberCounts)
    #expect(found.seed == description.seed)
    #expect(found.commandLine == description.commandLine)
  }

  @Test("are those of one table and one group unless told otherwise")
  func defaults() throws {
    let found = try read {
      try TrainingDescription(
        task: .regression, method: "sgd", targetRange: TargetRange(),
        shape: Shape(usesWeights: false, factorCount: 0, featureCount: 0), seed: 0
      ).write(to: $0)
    }
    #expect(found.blockFeatureCounts == [0])
    #expect(found.groups == FeatureGroups(singleGroupOf: 0))
    #expect(found.targetRange == TargetRange())
    #expect(found.commandLine.isEmpty)
  }

  /// A description that contradicts itself, and what is said about it.
  struct Contradiction: CustomStringConvertible {
    var factorCount: UInt64 = 1
    var blocks: [UInt64] = [2]
    var groupCount: UInt64 = 1
    var groups: [UInt32]?
    var rest: [Double] = []
    var description: String

    init(_ description: String, _ change: (inout Contradiction) -> Void) {
      self.description = description
      change(&self)
    }
  }

  static let contradictions = [
    Contradiction("9223372036854775807 factors") { $0.factorCount = .max >> 1 },
    Contradiction("a count of 18446744073709551615") { $0.factorCount = .max },
    Contradiction("more features than there are ids") { $0.blocks = [1, .max >> 1] },
    Contradiction("more features than there are ids") { $0.blocks = [3 << 30, 3 << 30] },
    Contradiction("no main table") { $0.blocks = [] },
    Contradiction("1099511627776 groups") { $0.groupCount = 1 << 40 },
    Contradiction("3 groups without members") { $0.groupCount = 3 },
    Contradiction("groups for another number of features than 2") {
      ($0.groupCount, $0.groups) = (3, [0, 1, 2])
    },
    Contradiction("group numbers beyond 3 groups") { ($0.groupCount, $0.groups) = (3, [0, 3]) },
    Contradiction("16 more bytes") { $0.rest = [1] },
  ]

  @Test("that contradict themselves are refused", arguments: contradictions)
  func refuses(_ contradiction: Contradiction) throws {
    let error = #expect(throws: FormatError.self) {
      try read { try write(contradiction, to: $0) }
    }
    #expect(error?.found.contains(contradiction.description) == true, "\(error?.found ?? "")")
  }

  private func write(_ contradiction: Contradiction, to writer: ContainerWriter) throws {
    var fields = ContainerFields()
    fields.append(false)
    fields.append("sgd")
    fields.append(Float(1).bitPattern)
    fields.append(Float(5).bitPattern)
    fields.append(true)
    fields.append(true)
    fields.append(contradiction.factorCount)
    fields.append(UInt64(contradiction.blocks.count))
    for count in contradiction.blocks { fields.append(count) }
    fields.append(UInt32(1))
    fields.append(UInt64(0))
    fields.append(contradiction.groupCount)
    if !contradiction.rest.isEmpty { fields.append(contradiction.rest) }
    try writer.write(FourLetters("desc"), fields)
    guard let groups = contradiction.groups else { return }
    var numbers = ContainerFields()
    for group in groups { numbers.append(group) }
    try writer.write(FourLetters("grps"), numbers)
  }

  /// Writes a container and reads the description in it.
  private func read(_ write: (ContainerWriter) throws -> Void) throws -> TrainingDescription {
    let writer = try ContainerWriter(folder["file"], kind: kind)
    try write(writer)
    try writer.commit()
    return try TrainingDescription(from: ContainerReader(folder["file"], kind: kind))
  }
}
