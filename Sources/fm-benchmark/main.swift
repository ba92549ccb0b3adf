// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  Subcommand.run(
    [.generate, .suite, .compare, .parse, .csv, .bandwidth], of: "fm-benchmark",
    summary: "Generates data for factorization machines and measures libFM on it."))
