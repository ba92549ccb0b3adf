// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  Subcommand.run(
    reproduceSubcommands, of: "fm-reproduce",
    summary: "Shows what factorization machines have learned, and how."))
