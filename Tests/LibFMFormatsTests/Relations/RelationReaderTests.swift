// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Relations")
struct RelationReaderTests {
  static let table = NaiveMatrix(
    rows: [[.init(0, 1), .init(1, 0.5)], [.init(1, 1.25)], [.init(0, -0.5), .init(2, 2)]],
    columnCount: 3)

  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(Self.table.transposed.file, to: "q.xt")
    _ = try folder.write("0 2 1 2 0\n", to: "q.train")
    _ = try folder.write(([1, 4, 3, 1, 0, 2] as [UInt32]).bytes, to: "q.test")
  }

  private func read(trainCount: Int = 5, testCount: Int? = 3) throws -> RelationReader.Content {
    try RelationReader(pool: WorkerPool(workerCount: 1), cacheSize: 60).read(
      prefix: folder["q"], trainCount: trainCount, testCount: testCount)
  }

  @Test("have a table, groups and rows for all cases")
  func content() throws {
    _ = try folder.write("0 1 1\n", to: "q.groups")
    let content = try read()
    let relation = content.relation
    #expect(NaiveMatrix(relation.matrix) == Self.table)
    #expect((0..<3).map { relation.groups[$0] } == [0, 1, 1])
    #expect(Array(relation.trainMapping.elements) == [0, 2, 1, 2, 0])
    #expect(Array(relation.testMapping.elements) == [1, 0, 2])
    #expect(
      content.summary.binaryLine(targets: nil) == "num_cases=3\tnum_values=5\tnum_features=3")
    // 60 / (8 · 5/3 + 4) = 3 columns.
    #expect(
      content.cacheNumbers?.line == "num entries in cache=5\tnum rows in cache=3")
  }

  @Test("have one group without a groups file, and need no test cases")
  func leastFiles() throws {
    let relation = try read(testCount: nil).relation
    #expect(relation.groups.groupCount == 1 && relation.groups.featureCount == 3)
    #expect(relation.testMapping.count == 0)
  }

  @Test("may have their table as text")
  func textTable() throws {
    try folder.remove("q.xt")
    _ = try folder.write("0:1 1:0.5\n1:1.25\n0:-0.5 2:2\n", to: "q.txt")
    let content = try read()
    #expect(NaiveMatrix(content.relation.matrix) == Self.table)
    #expect(content.cacheNumbers == nil)
  }

  @Test(
    "whose files do not match are errors",
    arguments: [
      ("q.train", "0 2 1 2\n", "q.train:2: the file ends after 4 numbers; expected 5"),
      ("q.train", "0 2\n1 3 0", "q.train:2:3: '3' is not a row of the relation; expected a whole"),
      ("q.train", "0 2\n1 -1 0", "q.train:2:3: '-1' is not a row"),
      ("q.train", "0 2\n1 1.0 0", "q.train:2:3: '1.0' is not a row"),
      ("q.test", "", "q.test:1: the file ends after 0 numbers; expected 3"),
      ("q.groups", "0 1", "q.groups:1: the file ends after 2 groups"),
      ("q.groups", "0 x 1", "q.groups:1:3: 'x' is not a group"),
    ])
  func mismatches(name: String, text: String, message: String) throws {
    _ = try folder.write(text, to: name)
    let error = #expect(throws: FormatError.self) { try read() }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test(
    "whose binary mappings do not match are errors",
    arguments: [
      ([1, 4, 2, 1, 0], "byte 8: the header announces 2 numbers; expected 3"),
      ([1, 4, 4, 1, 0, 0, 0], "byte 8: the header announces 4 numbers; expected 3"),
      ([1, 4, 3, 1, 0], "too few for the 3 elements"),
      ([1, 4, 3, 1, 3, 0], "byte 16: case 1 refers to row 3; expected a whole number from 0 to 2"),
      ([1, 4], "the file has 8 bytes"),
    ] as [([UInt32], String)])
  func binaryMappings(words: [UInt32], message: String) throws {
    _ = try folder.write(words.bytes, to: "q.test")
    let error = #expect(throws: FormatError.self) { try read() }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("without a table or a mapping are errors that name the file")
  func missingFiles() throws {
    try folder.remove("q.test")
    #expect(throws: FormatError.self) { try read() }
    try folder.remove("q.xt")
    let error = #expect(throws: FormatError.self) { try read() }
    #expect(error?.description.contains("q.txt") == true)
    _ = try folder.write(Self.table.file, to: "q.x")
    let advice = #expect(throws: FormatError.self) { try read() }
    #expect(advice?.description.contains("transpose -ifile \(folder["q.x"])") == true)
  }

  @Test("have mappings of any kind read or refused")
  func mutatedMappings() throws {
    var random = SplitMix64(seed: 51)
    let files = [Array("0 2\n1 2 0\n".utf8), ([1, 4, 5, 0, 2, 1, 2, 0] as [UInt32]).bytes]
    var readCount = 0
    for round in 0..<20_000 {
      let file = files[round % 2].mutated(using: &random)
      do {
        let mapping = try RowMappingReader(caseCount: 5, rowCount: 3).read(
          InputBytes(copying: file), path: "q.train")
        readCount += 1
        if mapping.count != 5 || mapping.elements.contains(where: { $0 > 2 }) {
          Issue.record("\(file)")
        }
      } catch is FormatError {
      }
    }
    #expect(readCount > 1_000)
  }
}
