// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Matrix files")
struct BinaryMatrixReaderTests {
  @Test("with columns as rows give the rows, ids ascending")
  func columnsOfAKnownFile() throws {
    let file = [UInt8](
      hex: """
        020000000400000005000000000000000300000003000000
        02000000000000000000803f02000000000000bf
        02000000000000000000003f010000000000a03f
        010000000200000000000040
        """)
    let matrix = try BinaryMatrixReader(pool: WorkerPool(workerCount: 1))
      .readColumns(BinaryMatrixFile(InputBytes(copying: file), path: "q.xt"))
    #expect(
      NaiveMatrix(matrix)
        == NaiveMatrix(
          rows: [[.init(0, 1), .init(1, 0.5)], [.init(1, 1.25)], [.init(0, -0.5), .init(2, 2)]],
          columnCount: 3))
  }

  @Test("give what was written, by rows and by columns", arguments: shapes, [1, 3])
  func roundTrip(shape: Shape, workerCount: Int) throws {
    var random = SplitMix64(seed: 7)
    let pool = WorkerPool(workerCount: workerCount)
    let reader = BinaryMatrixReader(pool: pool)
    let naive = shape.matrix(using: &random)
    let folder = try TemporaryFolder()
    try BinaryMatrixWriter.write(naive.matrix(), to: folder["m.x"], pool: pool)
    #expect(try folder.bytes(of: "m.x") == naive.file)

    let rows = try reader.readRows(folder["m.x"])
    #expect(NaiveMatrix(rows) == naive)
    #expect((rows.values == nil) == !shape.hasValues)
    #expect((rows.offsets == nil) == !shape.isRagged)

    let transposed = try folder.write(naive.transposed.file, to: "m.xt")
    let columns = try reader.readColumns(transposed, rowCount: shape.rowCount)
    #expect(NaiveMatrix(columns) == naive.sortedByID)
    #expect((columns.values == nil) == !shape.hasValues)
    #expect((columns.offsets == nil) == (!shape.isRagged && shape.width < 256))
  }

  @Test("whose columns do not ascend give every entry all the same")
  func unsortedColumns() throws {
    let rowsOfColumns: [[UInt32]] = [[9_000, 3, 3], [0, 9_999, 4], [], [5]]
    let file = NaiveMatrix(
      rows: rowsOfColumns.map { $0.map { .init($0, Float($0)) } }, columnCount: 10_000)
    let matrix = try BinaryMatrixReader(pool: WorkerPool(workerCount: 3))
      .readColumns(BinaryMatrixFile(InputBytes(copying: file.file), path: "m.xt"))
    #expect(NaiveMatrix(matrix).rows == file.transposed.rows)
  }

  @Test("may have rows that differ in width though the mean is whole", arguments: [1, 2])
  func wholeMean(workerCount: Int) throws {
    let rows = [[2, 0], [], [1]] as [[UInt32]]
    let naive = NaiveMatrix(
      rows: (0..<4_000).flatMap { _ in rows.map { $0.map { .init($0, 1) } } }, columnCount: 3)
    let reader = BinaryMatrixReader(pool: WorkerPool(workerCount: workerCount))
    let rowFile = try BinaryMatrixFile(InputBytes(copying: naive.file), path: "m.x")
    #expect(try NaiveMatrix(reader.readRows(rowFile)) == naive)
    let columnFile = try BinaryMatrixFile(
      InputBytes(copying: naive.transposed.file), path: "m.xt")
    #expect(try NaiveMatrix(reader.readColumns(columnFile)) == naive.sortedByID)
  }

  @Test("may have bytes behind the last row")
  func trailingBytes() throws {
    let naive = NaiveMatrix(rows: [[.init(0, 2)], []], columnCount: 1)
    let matrix = try BinaryMatrixReader(pool: WorkerPool(workerCount: 1))
      .readRows(BinaryMatrixFile(InputBytes(copying: naive.file + [1, 2, 3, 4, 5]), path: "m.x"))
    #expect(NaiveMatrix(matrix) == naive)
  }

  @Test("are written in chunks of any size alike", arguments: [1, 7, 100])
  func chunks(wordCount: Int) throws {
    var random = SplitMix64(seed: 3)
    let naive = NaiveMatrix(
      rowCount: 50, columnCount: 9, width: 5, isRagged: true, hasValues: true, using: &random)
    let folder = try TemporaryFolder()
    let writer = try BinaryMatrixWriter(
      folder["m.x"],
      header: BinaryMatrixHeader(
        entryCount: naive.entryCount, rowCount: naive.rows.count, columnCount: 9),
      pool: WorkerPool(workerCount: 2), chunkWordCount: wordCount)
    try writer.append(naive.matrix())
    try writer.commit()
    #expect(try folder.bytes(of: "m.x") == naive.file)
  }
}

/// What a random matrix is like.
struct Shape: CustomTestStringConvertible, Sendable {
  var rowCount: Int
  var columnCount: Int
  var width: Int
  var isRagged = false
  var hasValues = false

  func matrix(using random: inout SplitMix64) -> NaiveMatrix {
    NaiveMatrix(
      rowCount: rowCount, columnCount: columnCount, width: width, isRagged: isRagged,
      hasValues: hasValues, using: &random)
  }

  var testDescription: String {
    "\(rowCount) × \(columnCount), \(isRagged ? "at most " : "")\(width) a row"
      + (hasValues ? ", with values" : "")
  }
}

let shapes = [
  Shape(rowCount: 0, columnCount: 0, width: 0),
  Shape(rowCount: 0, columnCount: 4, width: 2),
  Shape(rowCount: 5, columnCount: 0, width: 0),
  Shape(rowCount: 5, columnCount: 3, width: 0),
  Shape(rowCount: 1, columnCount: 1, width: 1),
  Shape(rowCount: 20, columnCount: 1, width: 1, hasValues: true),
  Shape(rowCount: 20_000, columnCount: 50, width: 2),
  Shape(rowCount: 20_000, columnCount: 50, width: 3, isRagged: true),
  Shape(rowCount: 9_000, columnCount: 700, width: 5, isRagged: true, hasValues: true),
  Shape(rowCount: 40, columnCount: 3_000, width: 100, hasValues: true),
  Shape(rowCount: 7, columnCount: 500, width: 300),
]
