// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Testing

@testable import LibFMFormats

@Suite("Numbers in rows")
struct NumberRowsTests {
  static let shapes: [(rows: Int, columns: Int, stride: Int)] = [
    (0, 1, 1), (1, 1, 1), (8_192, 1, 1), (30_001, 1, 1), (3, 0, 4), (7_001, 5, 8),
    (2, 20_000, 20_000),
  ]

  @Test("are written in their order, however many workers", arguments: shapes, [1, 2, 5])
  func order(shape: (rows: Int, columns: Int, stride: Int), workerCount: Int) throws {
    let folder = try TemporaryFolder()
    let values = try AlignedBuffer<Double>(
      (0..<shape.rows * shape.stride + 1).map { Double($0 * 7 % 1_009) / 8 })
    var expected = ""
    for row in 0..<shape.rows {
      expected += (0..<shape.columns)
        .map { GeneralFormat.text(values[row * shape.stride + $0], digits: 4) }
        .joined(separator: " ")
      expected += "\n"
    }
    let file = try WholeFile(folder["rows"])
    try NumberRows(
      values: values.base, rowCount: shape.rows, columnCount: shape.columns, stride: shape.stride,
      digits: 4
    ).write(to: file, pool: WorkerPool(workerCount: workerCount))
    try file.commit()
    withExtendedLifetime(values) {}
    #expect(try folder.text(of: "rows") == expected)
  }

  #if os(Linux)
  @Test("stop when the disk is full")
  func fullDisk() throws {
    let values = try AlignedBuffer([Double](repeating: 0.1, count: 100_000))
    let file = try WholeFile("/dev/full")
    #expect(throws: FormatError.self) {
      try NumberRows(values: values.base, rowCount: values.count, digits: 17)
        .write(to: file, pool: WorkerPool(workerCount: 2))
    }
    withExtendedLifetime(values) {}
  }
  #endif
}
