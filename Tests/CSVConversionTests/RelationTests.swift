// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import LibFMFormats
import Testing

@testable import CSVConversion

@Suite("A relation of a table")
struct RelationTests {
  private let pool = WorkerPool(workerCount: 2)

  /// Rows whose user decides about `age` and `tags`, and whose item decides about nothing.
  private func tables(_ folder: ScratchFolder) throws -> (train: CSVTable, test: CSVTable) {
    var random = SeededRandom(seed: 1)
    func text(users: Range<Int>) -> String {
      "user,item,age,tags,y\n"
        + (0..<300).map { _ in
          let user = users.lowerBound + random.index(below: users.count)
          return "\(user),i\(random.index(below: 30)),\(user % 7 == 0 ? "" : String(user)),"
            + "\(user % 3)|t\(user % 5),\(random.index(below: 5))"
        }.joined(separator: "\n")
    }
    return (
      try folder.table(text(users: 0..<40), name: "train.csv"),
      try folder.table(text(users: 30..<50), name: "test.csv")
    )
  }

  @Test("joined to the rows that refer to it is the same as rows without relation")
  func agreesWithFlatRows() throws {
    let folder = try ScratchFolder()
    let (train, test) = try tables(folder)
    var options = EncoderOptions()
    options.roles = [
      .init("user", .category), .init("y", .target),
      .init("tags", .set(separator: "|", weight: .mean)),
    ]
    options.implicitPairs = [.init(key: "user", items: "item")]
    options.relationKeys = ["user"]
    let encoder = try Encoder.fit(train, options: options, alsoFor: [test], pool: pool)
    let block = try RelationBlock(encoder, key: "user", tables: [train, test], pool: pool)
    #expect(block.columns == ["user", "age", "tags", "user:item"])
    #expect(block.matrix.rowCount == 50)
    let start = UInt32(encoder.schema.mainFeatureCount)
    for (name, table) in [("train", train), ("test", test)] {
      let flat = try encoder.dataset(from: table, pool: pool)
      let file = try WholeFile("\(folder.path)/\(name).libfm")
      let references = try WholeFile("\(folder.path)/user.\(name)")
      let report = try encoder.encode(
        table, to: file, relations: [(block, references)], pool: pool)
      try file.commit()
      try references.commit()
      let main = try folder.read("\(name).libfm").split(separator: "\n")
      let rows = try folder.read("user.\(name)").split(separator: "\n").compactMap { Int($0) }
      #expect(main.count == flat.caseCount && rows.count == flat.caseCount)
      #expect(report.joinedEntryCount == flat.matrix.entryCount)
      for row in 0..<flat.caseCount {
        var joined = main[row].split(separator: " ").dropFirst().map(String.init)
        joined += block.matrix[rows[row]].map { "\($0.id + start):\($0.value)" }
        let expected = flat.matrix[row].map { "\($0.id):\($0.value)" }
        #expect(
          Set(joined.map { $0.hasSuffix(":1") ? $0 + ".0" : $0 }) == Set(expected), "row \(row)")
      }
    }
  }

  @Test("has the groups of its columns, counted from 0")
  func hasGroups() throws {
    let folder = try ScratchFolder()
    let table = try folder.table("item,user,age\na,1,20\nb,1,20\na,2,30\n")
    var options = EncoderOptions()
    options.roles = [.init("user", .category)]
    options.relationKeys = ["user"]
    options.allowsMissingTarget = true
    let encoder = try Encoder.fit(table, options: options, pool: pool)
    let block = try RelationBlock(encoder, key: "user", tables: [table], pool: pool)
    #expect(block.groups == [0, 0, 1])
    #expect(encoder.schema.mainFeatureCount == 2)
    #expect(encoder.groups() == [0, 0, 1, 1, 2])
    let files = try RelationFiles(block, prefix: folder.path + "/user", pool: pool)
    try files.commit()
    #expect(try folder.read("user.groups") == "0\n0\n1\n")
  }
}
