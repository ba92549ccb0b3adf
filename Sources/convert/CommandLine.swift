// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The command line of `convert`.
let convertCommand = CommandDescription(
  name: "convert",
  summary: "Turns sparse text into binary files, which load faster.",
  usage: ["-ifile FILE -ofilex FILE -ofiley FILE"],
  dialect: .original,
  flags: [
    Flag(
      "ifile", .path, section: "Files", origin: .original,
      help: "The text to read: a line for each case, target id:value …"),
    Flag(
      "ofilex", .path, section: "Files", origin: .original,
      help: "The matrix file to write; libFM looks for names that end in .x."),
    Flag(
      "ofiley", .path, section: "Files", origin: .original,
      help: "The file of targets to write; libFM looks for names that end in .y."),
    Flag(
      "threads", .integer, section: "Behaviour", default: "all processors",
      help: "The number of threads. Results do not depend on it."),
  ],
  examples: [
    .init(
      "Make data for sgd and sgda; they learn from it with -train train.",
      "convert -ifile train.libfm -ofilex train.x -ofiley train.y"),
    .init(
      "Add what als and mcmc need.",
      "transpose -ifile train.x -ofile train.xt"),
  ])
