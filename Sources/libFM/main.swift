// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport
import FactorizationMachines

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  libFMCommand.run { flags, output in
    let settings = try Settings(flags, now: UInt32(truncatingIfNeeded: time(nil)))
    let run = LearningRun(
      settings: settings, transcript: Transcript(output), output: output,
      pool: WorkerPool(workerCount: settings.threadCount))
    return try run.run()
  })
