// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

/// Measures how fast the processors reach memory, with the triad aᵢ = bᵢ + s · cᵢ over three arrays.
///
/// Two numbers are read and one is written, 24 bytes an element; what the processor reads before it
/// writes a line of memory does not count (McCalpin 1995, "Memory bandwidth and machine balance in
/// current high performance computers").
struct BandwidthMeasurement {
  /// The size of an array by default: several times the caches of most machines.
  static let standardMegabytes = 128

  private let megabytes: Int
  private let threadCounts: [Int]
  private let repetitionCount: Int
  private let jsonPath: String?

  /// - Throws: a `CommandError` when an option is out of range.
  init(_ flags: ParsedFlags) throws(CommandError) {
    megabytes = try flags.integer(
      "megabytes", in: 1...1_000_000, default: Self.standardMegabytes)
    threadCounts = try flags.integers(
      "threads", in: 1...10_000, default: Environment.oneThreadAndAll)
    repetitionCount = try flags.integer("repetitions", in: 1...10_000, default: 5)
    jsonPath = flags.text("json")
  }

  /// Measures and prints the table.
  ///
  /// - Throws: `OutOfMemoryError` when there is no room for the arrays, `FormatError` when a file
  ///   cannot be written.
  func run(_ output: StandardOutput) throws {
    let elementCount = megabytes * 1_000_000 / MemoryLayout<Double>.stride
    let rows = try threadCounts.map { threadCount in
      let seconds = try Self.seconds(
        elementCount: elementCount, threadCount: threadCount, repetitionCount: repetitionCount)
      return BandwidthReport.Threads(
        threadCount: threadCount,
        bytesPerSecond: Summary(seconds.map { 24 * Double(elementCount) / $0 }))
    }
    let report = BandwidthReport(
      environment: .current, arrayBytes: elementCount * MemoryLayout<Double>.stride, threads: rows)
    output.write(report.text)
    if let jsonPath { try JSONFile.write(report, to: jsonPath) }
  }

  /// The times of the passes after a first one that is not counted.
  private static func seconds(
    elementCount: Int, threadCount: Int, repetitionCount: Int
  ) throws -> [Double] {
    let pool = WorkerPool(workerCount: threadCount)
    let sum = try AlignedBuffer<Double>(count: elementCount)
    let first = try AlignedBuffer<Double>(count: elementCount)
    let second = try AlignedBuffer<Double>(count: elementCount)
    defer { withExtendedLifetime((sum, first, second)) {} }
    // Whoever uses memory touches it first, so that it is near.
    pool.forEachRange(of: elementCount) { range in
      for element in range {
        (first.base + element).pointee = Double(element)
        (second.base + element).pointee = 1
        (sum.base + element).pointee = 0
      }
    }
    var seconds: [Double] = []
    for repetition in 0...repetitionCount {
      let factor = Double(repetition)
      let start = ElapsedTime.now()
      pool.forEachRange(of: elementCount) { range in
        triad(sum.base, first.base, second.base, factor: factor, range)
      }
      let taken = (ElapsedTime.now() - start).wall
      if repetition > 0 { seconds.append(max(taken, 1e-9)) }
      let last = elementCount - 1
      precondition(sum[last] == Double(last) + factor, "the triad is wrong")
    }
    return seconds
  }

  private static func triad(
    _ sum: UnsafeMutablePointer<Double>, _ first: UnsafePointer<Double>,
    _ second: UnsafePointer<Double>, factor: Double, _ range: Range<Int>
  ) {
    for element in range {
      sum[element] = first[element] + factor * second[element]
    }
  }
}
