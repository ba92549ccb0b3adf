// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// Times csv2libfm as a process, the thread counts in turns, and pandas once.
struct CSVMeasurement {
  private let rowCount: Int
  private let seed: Int
  private let converter: String
  private let python: String
  private let comparesWithPandas: Bool
  private let threadCounts: [Int]
  private let repetitionCount: Int
  private let jsonPath: String?

  /// - Throws: a `CommandError` when an option is out of range.
  init(_ flags: ParsedFlags) throws(CommandError) {
    rowCount = try flags.integer("rows", in: 1...1_000_000_000, default: 1_000_000)
    seed = flags.integer("seed") ?? 1
    if let path = flags.text("csv2libfm") {
      converter = path
    } else {
      converter = try Environment.pathBesideThisTool("csv2libfm")
    }
    python = flags.text("python") ?? "python3"
    comparesWithPandas = !flags.isGiven("no-pandas")
    threadCounts = try flags.integers("threads", in: 1...1_024, default: [1, 2])
    repetitionCount = try flags.integer("repetitions", in: 1...1_000, default: 3)
    jsonPath = flags.text("json")
  }

  /// Generates the file, measures and prints the table.
  ///
  /// - Throws: a `CommandError` when a program fails, `FormatError` when a file cannot be written.
  func run(_ output: StandardOutput) throws {
    let folder = try ScratchFolder("fm-benchmark")
    let input = folder.file("events.csv")
    try EventGenerator(rowCount: rowCount, seed: UInt64(bitPattern: Int64(seed)))
      .write(to: input)
    let streams = (folder.file("out"), folder.file("err"))
    _ = folder.file("events.libfm")
    var runs: [[ProcessRun]] = threadCounts.map { _ in [] }
    for repetition in 0...repetitionCount {
      for (index, threadCount) in threadCounts.enumerated() {
        let run = try ProcessRun.of(
          converter,
          [input, "--target", "rating", "--threads", "\(threadCount)", "--out-dir", folder.path],
          standardOutput: streams.0, standardError: streams.1)
        if repetition > 0 { runs[index].append(run) }
      }
    }
    var rows = zip(threadCounts, runs).map { threadCount, runs in
      CSVReport.Row(
        program: "csv2libfm, \(threadCount) \(threadCount == 1 ? "thread" : "threads")",
        seconds: Summary(runs.map(\.wallSeconds)),
        peakBytes: runs.map(\.peakBytes).max() ?? 0)
    }
    if comparesWithPandas, let run = try pandas(input, folder: folder, streams: streams) {
      rows.append(
        CSVReport.Row(
          program: "pandas and scikit-learn", seconds: Summary([run.wallSeconds]),
          peakBytes: run.peakBytes))
    }
    let report = CSVReport(
      environment: .current, fileBytes: FileContents.size(of: input) ?? 0, rowCount: rowCount,
      rows: rows)
    output.write(report.text)
    if let jsonPath { try JSONFile.write(report, to: jsonPath) }
  }

  /// The same conversion in Python; nil when the packages are absent.
  private func pandas(
    _ input: String, folder: ScratchFolder, streams: (String, String)
  ) throws(CommandError) -> ProcessRun? {
    func run(_ arguments: [String]) throws(CommandError) -> ProcessRun {
      try ProcessRun.of(
        "/usr/bin/env", [python] + arguments, standardOutput: streams.0,
        standardError: streams.1)
    }
    do {
      _ = try run(["-c", "import pandas, sklearn"])
    } catch {
      return nil
    }
    return try run(["-c", Self.script, input, folder.file("events.svmlight")])
  }

  private static let script = """
    import sys
    import pandas
    from sklearn.datasets import dump_svmlight_file
    from sklearn.preprocessing import OneHotEncoder

    frame = pandas.read_csv(sys.argv[1])
    matrix = OneHotEncoder().fit_transform(frame[["user_id", "item_id", "device"]])
    dump_svmlight_file(matrix, frame["rating"], sys.argv[2])
    """
}
