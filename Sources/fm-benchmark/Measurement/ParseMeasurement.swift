// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

/// Times the reader of libFM's text format in this process, the thread counts in turns.
struct ParseMeasurement {
  private let path: String
  private let threadCounts: [Int]
  private let repetitionCount: Int
  private let jsonPath: String?

  /// - Throws: a `CommandError` when an option is out of range.
  init(_ flags: ParsedFlags) throws(CommandError) {
    path = flags.operands[0]
    threadCounts = try flags.integers("threads", in: 1...10_000, default: [1])
    repetitionCount = try flags.integer("repetitions", in: 1...10_000, default: 5)
    jsonPath = flags.text("json")
  }

  /// Measures and prints the table.
  ///
  /// - Throws: what the reader throws.
  func run(_ output: StandardOutput) throws {
    let readers = threadCounts.map {
      SparseTextReader(pool: WorkerPool(workerCount: $0), options: .init(requiresCases: true))
    }
    var seconds: [[Double]] = readers.map { _ in [] }
    let dataset = try readers[0].read(path).dataset
    for repetition in 0...repetitionCount {
      for (index, reader) in readers.enumerated() {
        let start = ElapsedTime.now()
        _ = try reader.read(path)
        let taken = (ElapsedTime.now() - start).wall
        if repetition > 0 { seconds[index].append(taken) }
      }
    }
    let report = ParseReport(
      environment: .current, file: path, fileBytes: FileContents.size(of: path) ?? 0,
      rowCount: dataset.caseCount, entryCount: dataset.matrix.entryCount,
      threads: zip(threadCounts, seconds).map {
        ParseReport.Threads(threadCount: $0, seconds: Summary($1))
      })
    output.write(report.text)
    if let jsonPath { try JSONFile.write(report, to: jsonPath) }
  }
}
