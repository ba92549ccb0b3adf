// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The cache size whose numbers are printed when none is given, in bytes.
let standardCacheSize = 200_000_000

/// A smaller memory than this is not worth reading the input more often, in bytes.
let leastMemory = 1 << 26

exit(
  transposeCommand.run { flags, output in
    let (input, outputPath) = (
      try flags.requiredPath("ifile"), try flags.requiredPath("ofile")
    )
    let pool = WorkerPool(
      workerCount: try flags.threadCount(orElse: WorkerPool.availableProcessors))
    output.write(transposeCommand.banner)
    try WholeFile.checkWritable(outputPath)
    let transposer = try BinaryMatrixTransposer(input)
    let (header, transposed) = (transposer.header, transposer.transposedHeader)
    let halfCache = (flags.integer("cache_size") ?? standardCacheSize) / 2
    let size = DataSummary(
      caseCount: header.rowCount, entryCount: header.entryCount, featureCount: header.columnCount)
    output.write(
      """
      \(CacheNumbers(cacheSize: halfCache, matrix: header).line)
      \(size.textLine(targets: nil))
      output to \(outputPath)
      \(CacheNumbers(bytes: UInt64(bitPattern: Int64(halfCache)), matrix: transposed).line)

      """)
    output.flush()
    try transposer.write(
      to: outputPath, pool: pool, memory: flags.integer("cache_size").map { max($0, leastMemory) })
    return ExitStatus.success
  })
