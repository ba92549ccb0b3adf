// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Compatibility of binary data and relations")
struct BinaryCompatibilityTests {
  private let data: SmallData
  private let convert: BuiltTool
  private let transpose: BuiltTool

  init() throws {
    data = try SmallData()
    convert = try BuiltTool("convert", sharingFolderOf: data.tool)
    transpose = try BuiltTool("transpose", sharingFolderOf: data.tool)
  }

  /// Makes the binary files of a text; from then on `libFM` reads these.
  private func makeBinary(_ name: String) throws {
    let flags = ["-ifile", name, "-ofilex", name + ".x", "-ofiley", name + ".y"]
    try convert.run(flags).expectSuccess()
    try transpose.run(["-ifile", name + ".x", "-ofile", name + ".xt"]).expectSuccess()
  }

  /// The bytes of a matrix file.
  private func matrix(_ rows: [[(id: UInt32, value: Float)]], columns: UInt32) -> [UInt8] {
    let entryCount = rows.reduce(0) { $0 + $1.count }
    var words: [UInt32] = [2, 4, UInt32(entryCount), 0, UInt32(rows.count), columns]
    for row in rows {
      words.append(UInt32(row.count))
      for entry in row { words += [entry.id, entry.value.bitPattern] }
    }
    return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  @Test("D10: a transposed matrix must match its targets", arguments: [false, true])
  func transposedShape(isStrict: Bool) throws {
    try makeBinary("tr")
    var bytes = try data.tool.bytes("tr.xt")
    #expect(bytes[20] == 5)
    bytes[20] = 6
    try data.tool.write("tr.xt", bytes: bytes)
    let given = try data.tool.files()
    let run = try data.run("-method als -iter 1 -out o", isStrict: isStrict)
    run.expectFailure(1, saying: "tr.xt:", "6", "5")
    #expect(try data.tool.files() == given)
  }

  @Test(
    "D11: a small cache changes no result",
    arguments: [
      "-method sgd -verbosity 1", "-method sgda -validation va -verbosity 1", "-method als",
      "-method mcmc",
    ], [false, true])
  func smallCache(method: String, isStrict: Bool) throws {
    let flags = "-dim 1,1,2 -iter 3 -out o \(method)"
    let text = try data.run(flags, isStrict: isStrict)
    text.expectSuccess()
    let predictions = try data.tool.read("o")
    for name in ["tr", "te", "va"] { try makeBinary(name) }
    for size in ["0", "64"] {
      let run = try data.run(flags + " -cache_size \(size)", isStrict: isStrict)
      run.expectSuccess()
      #expect(run.lines(from: "#Iter") == text.lines(from: "#Iter"))
      #expect(try data.tool.read("o") == predictions)
      let start = method.contains("sgd") ? "data... " : "data transpose... "
      let numbers = size == "0" ? "=9\tnum rows in cache=5" : "=6\tnum rows in cache=3"
      #expect(run.lines(from: start).first == "\(start)num entries in cache\(numbers)")
    }
  }

  @Test("D12: a row larger than the cache is read whole", arguments: ["1", "16", "30"])
  func tinyCache(size: String) throws {
    let flags = "-dim 1,1,2 -iter 3 -method sgd -out o"
    let text = try data.run(flags)
    let predictions = try data.tool.read("o")
    try makeBinary("tr")
    let run = try data.run(flags + " -cache_size \(size)")
    run.expectSuccess()
    #expect(run.lines(from: "#Iter") == text.lines(from: "#Iter"))
    #expect(try data.tool.read("o") == predictions)
    if size == "16" {
      #expect(run.lines.contains("data... num entries in cache=2\tnum rows in cache=0"))
    }
  }

  @Test("D13: convert takes rows with more entries than features")
  func repeatedIDs() throws {
    try data.tool.write("r", "1 0:1 0:2 0:0.5\n-1 0:3\n")
    let flags = ["-ifile", "r", "-ofilex", "b.x", "-ofiley", "b.y"]
    let run = try convert.run(flags)
    run.expectSuccess()
    #expect(
      run.lines.last == "num_rows=2\tnum_values=4\tnum_features=1\tmin_target=-1\tmax_target=1")
    #expect(
      try data.tool.bytes("b.x") == matrix([[(0, 1), (0, 2), (0, 0.5)], [(0, 3)]], columns: 1))
    let learn = ["-task", "r", "-test", "te", "-method", "sgd", "-iter", "2", "-seed", "1"]
    let text = try data.tool.run(learn + ["-train", "r"])
    let binary = try data.tool.run(learn + ["-train", "b"])
    #expect(binary.status == 0 && text.status == 0)
    #expect(binary.lines(from: "#Iter") == text.lines(from: "#Iter"))
  }

  @Test(
    "D14: transpose takes any matrix at any cache size",
    arguments: ["200000000", "0", "1", "-1", "40", "100"])
  func anyMatrix(cacheSize: String) throws {
    let cases: [([[(id: UInt32, value: Float)]], [[(id: UInt32, value: Float)]])] = [
      ([[(0, 1)], [(0, 2)]], [[(0, 1), (1, 2)]]),
      ([[(2, 1)], [], [(2, 3)]], [[], [], [(0, 1), (2, 3)]]),
      ([[], []], [[], [], []]),
      ([[(1, 5), (0, 6)], [(1, 7)]], [[(0, 6)], [(0, 5), (1, 7)]]),
      ([], [[], []]),
      ([[], []], []),
    ]
    for (rows, columns) in cases {
      try data.tool.write("m", bytes: matrix(rows, columns: UInt32(columns.count)))
      let flags = ["-ifile", "m", "-ofile", "t", "-cache_size", cacheSize]
      try transpose.run(flags).expectSuccess()
      #expect(try data.tool.bytes("t") == matrix(columns, columns: UInt32(rows.count)))
    }
  }

  @Test(
    "D36: binary files that contradict their header are errors",
    arguments: ["cut", "header", "few", "many", "id", "kind"], [false, true])
  func contradictions(what: String, isStrict: Bool) throws {
    try makeBinary("tr")
    let whole = try data.tool.bytes("tr.x")
    var bytes = whole
    switch what {
    case "cut": bytes.removeLast(3)
    case "header": bytes = Array(bytes.prefix(20))
    case "few": bytes[8] += 1
    case "many": bytes[8] -= 1
    case "id": bytes[28] = 5
    default: bytes[0] = 3
    }
    try data.tool.write("tr.x", bytes: bytes)
    let given = try data.tool.files()
    let flags = "-method sgd -dim 1,1,2 -iter 2"
    let learn = try data.run(flags + " -out o -rlog log -save_model m", isStrict: isStrict)
    learn.expectFailure(1, saying: "tr.x:")
    try transpose.run(["-ifile", "tr.x", "-ofile", "o"]).expectFailure(1, saying: "tr.x:")
    #expect(try data.tool.files() == given)

    try data.tool.write("tr.x", bytes: whole)
    let exact = try data.run(flags, isStrict: isStrict)
    try data.tool.write("tr.x", bytes: whole + [1, 2, 3])
    let longer = try data.run(flags, isStrict: isStrict)
    longer.expectSuccess()
    #expect(longer.output == exact.output)
  }

  // MARK: Relations

  /// A relation `B` of three rows and two features.
  private func writeRelation(test: String? = "1 0 2") throws {
    try data.tool.write(
      "B.xt", bytes: matrix([[(0, 1), (2, 2)], [(1, 0.5)]], columns: 3))
    try data.tool.write("B.train", "0 2 1 2 0")
    if let test { try data.tool.write("B.test", test) }
  }

  @Test("D30: a relation needs a mapping for the test file", arguments: [false, true])
  func testMapping(isStrict: Bool) throws {
    try writeRelation(test: nil)
    try data.tool.write("none", "")
    let flags = ["-task", "r", "-train", "tr", "-relation", "B", "-seed", "1", "-iter", "2"]
    for test in ["te", "none"] {
      let run = try data.run(flags, "-test \(test) -out o", isStrict: isStrict)
      run.expectFailure(1, saying: "B.test: cannot be opened")
      #expect(!data.tool.exists("o"))
    }
    try data.run(flags, "", isStrict: isStrict).expectSuccess()
    try data.tool.write("B.test", "")
    let run = try data.run(flags, "-test none -verbosity 1", isStrict: isStrict)
    run.expectSuccess()
    #expect(run.lines.contains("#relations: 1"))
    #expect(run.lines.contains("num_cases=3\tnum_values=3\tnum_features=2"))
    #expect(run.lines.contains("#attr=7\t#groups=2"))
  }

  @Test(
    "D9: mappings and groups of relations are checked",
    arguments: [
      ("train", "0 2 1 2", "B.train:1: "), ("train", "0 2 1 2 3", "B.train:1:9: "),
      ("train", "0 2 1 -2 0", "B.train:1:7: "), ("train", "0 2\n1 x 0", "B.train:2:3: "),
      ("test", "", "B.test"), ("test", "1 0 4294967296", "B.test:1:5: "),
      ("groups", "0", "B.groups:1: "), ("groups", "0 -1", "B.groups:1:3: "),
    ], [false, true])
  func mappings(file: (name: String, text: String, place: String), isStrict: Bool) throws {
    try writeRelation()
    try data.tool.write("B.\(file.name)", file.text)
    let given = try data.tool.files()
    let run = try data.run("-relation B -iter 1 -out o -rlog log", isStrict: isStrict)
    run.expectFailure(1, saying: file.place)
    #expect(try data.tool.files() == given)
  }
}
