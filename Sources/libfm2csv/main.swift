// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

exit(
  Subcommand.run(
    [.embeddings, .features, .predictions, .similar], of: "libfm2csv",
    summary:
      "Brings what libFM has learned back as CSV: factors as a table or as columns, predictions, "
      + "similar values."))
