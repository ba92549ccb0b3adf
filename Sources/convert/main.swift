// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines
import LibFMFormats

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  convertCommand.run { flags, output in
    let (text, matrix, targets) = (
      try flags.requiredPath("ifile"), try flags.requiredPath("ofilex"),
      try flags.requiredPath("ofiley")
    )
    guard matrix != targets else {
      throw CommandError.usage("-ofilex and -ofiley are the same file; choose two names")
    }
    let pool = WorkerPool(
      workerCount: try flags.threadCount(orElse: WorkerPool.availableProcessors))
    output.write(convertCommand.banner)
    output.flush()
    try TextToBinaryConverter(pool: pool).convert(text, matrix: matrix, targets: targets) {
      output.write($0.textLine(targets: $1) + "\n")
      output.flush()
    }
    return ExitStatus.success
  })
