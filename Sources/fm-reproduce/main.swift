// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  Subcommand.run(
    [.list, .run, .export], of: "fm-reproduce",
    summary: "Repeats published experiments with factorization machines on the MovieLens data."))
