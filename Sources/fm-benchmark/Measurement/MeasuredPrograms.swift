// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The programs to measure, as the command line names them.
struct MeasuredPrograms {
  /// The original libFM; nil when only ours is measured.
  var referencePath: String?

  /// The numbers of threads, one program of ours each.
  let threadCounts: [Int]

  private let path: String

  /// Reads `--libFM`, `--reference` and `--threads`.
  ///
  /// - Throws: a `CommandError` when a program cannot be run or a number of threads is out of range.
  init(_ flags: ParsedFlags, threadCounts preset: [Int]) throws(CommandError) {
    threadCounts = try flags.integers("threads", in: 1...10_000, default: preset)
    referencePath = flags.text("reference")
    if let path = flags.text("libFM") {
      self.path = path
    } else {
      path = try Environment.pathBesideThisTool("libFM")
    }
    for program in [path, referencePath].compactMap({ $0 }) where access(program, X_OK) != 0 {
      throw .failure("\(program) cannot be started: \(String(cString: strerror(errno)))")
    }
  }

  /// The reference first, if there is one, then ours for each number of threads.
  func contestants(_ scratch: ScratchFolder) -> [Contestant] {
    var contestants: [Contestant] = []
    if let referencePath {
      contestants.append(
        Contestant(
          label: "reference", path: referencePath, threadCount: nil, index: 0, scratch: scratch))
    }
    for threadCount in threadCounts {
      contestants.append(
        Contestant(
          label: "libFM, \(threadCount) thread\(threadCount == 1 ? "" : "s")", path: path,
          threadCount: threadCount, index: contestants.count, scratch: scratch))
    }
    return contestants
  }
}
