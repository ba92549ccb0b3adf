// SPDX-License-Identifier: Apache-2.0

import FactorizationMachines
import Foundation
import Testing

@testable import LibFMFormats

@Suite("Reading and writing sparse text files")
struct SparseTextReaderTests {
  /// A case as it was written.
  typealias Case = (target: Float, entries: [(id: UInt32, value: Float)])

  @Test(
    "gives the same for any number of workers and any pieces", arguments: 0..<40 as Range<UInt64>)
  func doesNotDependOnWorkers(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let (text, cases) = Self.text(seed: seed, &random)
    let bytes = Array(text.utf8)
    for workerCount in [1, 2, 3, 7] {
      let pool = WorkerPool(workerCount: workerCount)
      for pieceSize in [1, 7, 64, 1000, 1 << 19] {
        let reader = SparseTextReader(pool: pool, options: .init(), pieceSize: pieceSize)
        let found = try bytes.withUnsafeBufferPointer { try reader.read($0, path: "text") }
        expect(found.dataset, holds: cases)
      }
    }
  }

  /// Lines of a kind that changes with the seed: plain, ragged, with values, with comments, all mixed.
  private static func text(
    seed: UInt64, _ random: inout SplitMix64
  ) -> (text: String, cases: [Case]) {
    let isRagged = seed & 1 != 0
    let hasValues = seed & 2 != 0
    let hasNoise = seed & 4 != 0
    var text = ""
    var cases: [Case] = []
    for _ in 0..<random.below(120) + 1 {
      if hasNoise, random.below(4) == 0 { text += ["\n", "# 1:1 2:2\n", " \t\n"][random.below(3)] }
      let target = Float(random.below(11) - 5) / 2
      var line = target == target.rounded() ? "\(Int(target))" : "\(target)"
      var entries: [(id: UInt32, value: Float)] = []
      for _ in 0..<(isRagged && random.below(8) == 0 ? random.below(6) : 3) {
        let id = UInt32(random.below(10)) * UInt32([1, 1000, 100_000_000][random.below(3)])
        let value = hasValues && random.below(20) == 0 ? Float(random.below(1000)) / 100 : 1
        entries.append((id, value))
        line += hasNoise && random.below(9) == 0 ? "  " : " "
        line += "\(id):" + (value == value.rounded() ? "\(Int(value))" : "\(value)")
      }
      if hasNoise, random.below(9) == 0 { line += " # 7:7" }
      text += line + (hasNoise && random.below(5) == 0 ? "\r\n" : "\n")
      cases.append((target, entries))
    }
    if random.below(2) == 0 { text.removeLast() }
    return (text, cases)
  }

  private func expect(_ dataset: Dataset, holds cases: [Case]) {
    let matrix = dataset.matrix
    #expect(matrix.rowCount == cases.count)
    let widths = Set(cases.map(\.entries.count))
    #expect((matrix.offsets == nil) == (widths.count == 1))
    let values = cases.flatMap { $0.entries.map(\.value) }
    #expect((matrix.values == nil) == values.allSatisfy { $0 == 1 })
    let isSame = cases.indices.allSatisfy { row in
      dataset.targets.base[row] == cases[row].target
        && matrix[row].map(\.id) == cases[row].entries.map(\.id)
        && matrix[row].map(\.value) == cases[row].entries.map(\.value)
    }
    #expect(isSame)
  }

  @Test("brings back what was written")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let cases: [Case] = [
      (1, [(0, 1), (7, 0.1)]), (-0.5, []), (3.25e-10, [(2_147_483_646, .infinity), (3, -0.0)]),
      (.leastNonzeroMagnitude, [(1, .greatestFiniteMagnitude), (1, 1)]), (16_777_216, [(5, 12)]),
    ]
    let dataset = try Dataset(rows: cases.map(\.entries), targets: cases.map(\.target))
    try SparseTextWriter.write(dataset, to: folder["data"])
    #expect(
      try folder.text(of: "data").hasPrefix("1 0:1 7:0.1\n-0.5\n3.25e-10 2147483646:inf 3:-0\n"))
    let found = try SparseTextReader(pool: WorkerPool(workerCount: 2)).read(folder["data"])
    expect(found.dataset, holds: cases)

    let writer = try SparseTextWriter(folder["rows"])
    for row in cases { try writer.write(target: row.target, entries: row.entries) }
    try writer.commit()
    #expect(try folder.text(of: "rows") == folder.text(of: "data"))
  }

  @Test("reads large files into shared buffers")
  func readsLargeFiles() throws {
    let folder = try TemporaryFolder()
    let line = "3 17:1 6021:1\n"
    // Comments with colons make the first count too high, in the middle of the file.
    let comment = "# a:b:c:d:e:f:g:h\n"
    let block = String(repeating: line, count: 1000)
    let text = String(repeating: block + comment, count: 300) + "4 1:0.5\n"
    let path = try folder.write(text, to: "large")
    let dataset = try SparseTextReader(pool: WorkerPool(workerCount: 3)).read(path).dataset
    #expect(dataset.caseCount == 300_001)
    #expect(dataset.matrix.entryCount == 600_001)
    #expect(dataset.matrix[299_999].map(\.id) == [17, 6021])
    #expect(dataset.matrix[299_999].map(\.value) == [1, 1])
    #expect(dataset.matrix[300_000].map(\.value) == [0.5])
  }

  @Test("reads pipes")
  func readsPipes() throws {
    let folder = try TemporaryFolder()
    let path = folder["pipe"]
    #expect(mkfifo(path, 0o600) == 0)
    let line = Data("2 1:1 3:1\n".utf8)
    let writer = Thread {
      guard let handle = FileHandle(forWritingAtPath: path) else { return }
      for _ in 0..<200 { handle.write(Data(repeating: line, count: 1000)) }
      try? handle.close()
    }
    writer.start()
    let dataset = try SparseTextReader(pool: WorkerPool(workerCount: 2)).read(path).dataset
    #expect(dataset.caseCount == 200_000)
    #expect(dataset.matrix[199_999].map(\.id) == [1, 3])
  }
}

extension Data {
  fileprivate init(repeating data: Data, count: Int) {
    self.init(capacity: data.count * count)
    for _ in 0..<count { append(data) }
  }
}
