// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  Subcommand.run(
    [.list, .run, .export, .report], of: "fm-reproduce",
    summary:
      "Repeats published experiments with factorization machines, and draws what was learned."
  ))
