// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Transposing matrix files")
struct BinaryMatrixTransposerTests {
  @Test("orders entries by column, then by row", arguments: shapes, [1, 3])
  func wholeMatrix(shape: Shape, workerCount: Int) throws {
    var random = SplitMix64(seed: 21)
    let naive = shape.matrix(using: &random)
    let folder = try TemporaryFolder()
    let transposer = try BinaryMatrixTransposer(folder.write(naive.file, to: "m.x"))
    try transposer.write(to: folder["m.xt"], pool: WorkerPool(workerCount: workerCount))
    #expect(try folder.bytes(of: "m.xt") == naive.transposed.file)
  }

  @Test(
    "gives the same file with little memory", arguments: [0, 200, 1_000, 20_000], [1, 7, 1 << 16])
  func batches(memory: Int, bucketLimit: Int) throws {
    var random = SplitMix64(seed: 22)
    let naive = NaiveMatrix(
      rowCount: 2_000, columnCount: 90, width: 4, isRagged: true, hasValues: true, using: &random)
    let folder = try TemporaryFolder()
    let transposer = try BinaryMatrixTransposer(folder.write(naive.file, to: "m.x"))
    try transposer.write(
      to: folder["m.xt"], pool: WorkerPool(workerCount: 2), memory: memory,
      bucketLimit: bucketLimit)
    #expect(try folder.bytes(of: "m.xt") == naive.transposed.file)
  }

  @Test("divides columns so that batches fit in memory")
  func batchSizes() throws {
    var random = SplitMix64(seed: 23)
    let naive = NaiveMatrix(
      rowCount: 500, columnCount: 100, width: 4, isRagged: false, hasValues: false, using: &random)
    let pool = WorkerPool(workerCount: 2)
    let file = try BinaryMatrixFile(InputBytes(copying: naive.file), path: "m.x")
    let batches = try file.withWords { words in
      try TranspositionSource(
        words: words, pieces: file.pieces(pool: pool).pieces, header: file.header
      ).batches(pool: pool, memory: 4_000, bucketLimit: 1 << 16)
    }
    #expect(batches.count > 3 && batches.count < 20)
    #expect(batches.allSatisfy { $0.byteCount(workerCount: 2) <= 4_000 })
    #expect(batches.first?.columns.lowerBound == 0 && batches.last?.columns.upperBound == 100)
    #expect(
      zip(batches, batches.dropFirst()).allSatisfy {
        $0.columns.upperBound == $1.columns.lowerBound
      })
    #expect(batches.reduce(0) { $0 + $1.entryCount } == 2_000)
  }

  @Test("of mutated files succeeds exactly where they can be read by rows")
  func mutations() throws {
    var random = SplitMix64(seed: 24)
    let pool = WorkerPool(workerCount: 1)
    let folder = try TemporaryFolder()
    var count = 0
    for round in 0..<1_500 {
      let naive = NaiveMatrix(
        rowCount: 1 + random.below(6), columnCount: 1 + random.below(6), width: 3,
        isRagged: round % 2 == 0, hasValues: round % 3 == 0, using: &random)
      let file = naive.file.mutated(using: &random)
      // Millions of rows or columns without entries may be announced, but take their time.
      if (16..<24).contains(where: { $0 % 4 > 0 && $0 < file.count && file[$0] > 0 }) { continue }
      let path = try folder.write(file, to: "m.x")
      let matrix = try? BinaryMatrixReader(pool: pool).readRows(path)
      do {
        try BinaryMatrixTransposer(path).write(
          to: folder["m.xt"], pool: pool, memory: round % 200, bucketLimit: 3)
        #expect(
          try folder.bytes(of: "m.xt") == matrix.map { NaiveMatrix($0).transposed.file }, "\(file)")
        count += 1
      } catch is FormatError {
        #expect(matrix == nil, "\(file)")
      }
    }
    #expect(count > 100)
  }

  @Test("writes nothing when the input is damaged")
  func damagedInput() throws {
    let folder = try TemporaryFolder()
    var file = BinaryMatrixErrorTests.sound.file
    file[52] = 9
    let transposer = try BinaryMatrixTransposer(folder.write(file, to: "m.x"))
    #expect(throws: FormatError.self) {
      try transposer.write(to: folder["m.xt"], pool: WorkerPool(workerCount: 1))
    }
    #expect(try folder.names == ["m.x"])
  }
}
