// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The command line of `transpose`.
let transposeCommand = CommandDescription(
  name: "transpose",
  summary: "Exchanges rows and columns of a binary matrix file.",
  usage: ["-ifile FILE -ofile FILE [flags]"],
  dialect: .original,
  flags: [
    Flag(
      "ifile", .path, section: "Files", origin: .original,
      help: "The matrix file to read, as convert makes it."),
    Flag(
      "ofile", .path, section: "Files", origin: .original,
      help: "The matrix file to write; libFM looks for names that end in .xt."),
    Flag(
      "cache_size", .integer, "BYTES", section: "Behaviour", default: "200000000",
      origin: .original,
      help: "The memory to use, where more than 64 MiB are asked for; by default as much as helps. "
        + "Results do not depend on it."),
    Flag(
      "threads", .integer, section: "Behaviour", default: "all processors",
      help: "The number of threads. Results do not depend on it."),
  ],
  examples: [
    .init(
      "Make the columns that als and mcmc need from the rows that convert made.",
      "transpose -ifile train.x -ofile train.xt")
  ])
