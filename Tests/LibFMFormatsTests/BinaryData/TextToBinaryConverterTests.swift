// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Converting text to binary files")
struct TextToBinaryConverterTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func convert(
    _ text: String, batchSize: Int = 1 << 20, workerCount: Int = 1
  ) throws -> String {
    var line = ""
    let path = try folder.write(text, to: "t")
    let pool = WorkerPool(workerCount: workerCount)
    try TextToBinaryConverter(pool: pool, batchSize: batchSize).convert(
      path, matrix: folder["t.x"], targets: folder["t.y"]
    ) {
      line = $0.textLine(targets: $1)
    }
    return line
  }

  @Test("gives the bytes that the format asks for")
  func knownFile() throws {
    let line = try convert(
      "4 0:1.5 2:0.3\n2 1:1 3:-2.1\n# c\n\n  5 0:1 1:2 4:0.7 # tail\n1 4:1\n3 2:1\n")
    #expect(line == "num_rows=5\tnum_values=9\tnum_features=5\tmin_target=1\tmax_target=5")
    #expect(
      try folder.bytes(of: "t.x")
        == [UInt8](
          hex: """
            020000000400000009000000000000000500000005000000
            02000000 00000000 0000c03f 02000000 9a99993e
            02000000 01000000 0000803f 03000000 666606c0
            03000000 00000000 0000803f 01000000 00000040 04000000 3333333f
            01000000 04000000 0000803f 01000000 02000000 0000803f
            """))
    #expect(
      try folder.bytes(of: "t.y")
        == [UInt8](hex: "01000000 04000000 05000000 00008040 00000040 0000a040 0000803f 00004040"))
    try BinaryMatrixTransposer(folder["t.x"]).write(
      to: folder["t.xt"], pool: WorkerPool(workerCount: 2))
    #expect(
      try folder.bytes(of: "t.xt")
        == [UInt8](
          hex: """
            020000000400000009000000000000000500000005000000
            02000000 00000000 0000c03f 02000000 0000803f
            02000000 01000000 0000803f 02000000 00000040
            02000000 00000000 9a99993e 04000000 0000803f
            01000000 01000000 666606c0
            02000000 02000000 3333333f 03000000 0000803f
            """))
  }

  @Test("takes rows with more entries than there are features, and files without rows")
  func oddFiles() throws {
    #expect(try convert("1 0:1 0:2 0:3\n").hasPrefix("num_rows=1\tnum_values=3\tnum_features=1\t"))
    #expect(
      try convert("")
        == "num_rows=0\tnum_values=0\tnum_features=0"
        + "\tmin_target=3.40282e+38\tmax_target=-3.40282e+38")
    #expect(try folder.bytes(of: "t.x") == ([2, 4, 0, 0, 0, 0] as [UInt32]).bytes)
    #expect(try folder.bytes(of: "t.y") == ([1, 4, 0] as [UInt32]).bytes)
  }

  @Test("does the same in batches", arguments: [1, 40, 1_000], [1, 3])
  func batches(batchSize: Int, workerCount: Int) throws {
    var random = SplitMix64(seed: 41)
    var text = "# head\n"
    for row in 0..<400 {
      let target = row == 200 ? "nan" : "\(random.below(9)).5"
      let items = (0..<random.below(5)).map { _ in " \(random.below(30)):\(1 + random.below(2))" }
      text += target + items.joined() + (row % 7 == 0 ? " # tail\n\n" : "\n")
    }
    let whole = try convert(text)
    let (matrix, targets) = (try folder.bytes(of: "t.x"), try folder.bytes(of: "t.y"))
    #expect(try convert(text, batchSize: batchSize, workerCount: workerCount) == whole)
    #expect(try folder.bytes(of: "t.x") == matrix)
    #expect(try folder.bytes(of: "t.y") == targets)
  }

  @Test("names the line of an error in any batch, and leaves nothing", arguments: [1, 12, 1_000])
  func errorLine(batchSize: Int) throws {
    let error = #expect(throws: FormatError.self) {
      _ = try convert("1 0:1\n\n2 0:1\n# c\n3 x:1\n4 0:1\n", batchSize: batchSize)
    }
    #expect(error?.line == 5 && error?.column == 3)
    #expect(try folder.names == ["t"])
  }
}
