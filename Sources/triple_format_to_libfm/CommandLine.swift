// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The command line of `triple_format_to_libfm`.
let tripleFormatCommand = CommandDescription(
  name: "triple_format_to_libfm",
  summary: "Turns tables such as 'user item rating' into libFM's sparse text format.",
  usage: ["--in PATHS --target_column N [options]"], dialect: .long,
  flags: [
    Flag(
      "in", .textList, "PATHS", section: "Input", origin: .original,
      help: "The tables, separated by , or ;. Each becomes a file named PATH.libfm; "
        + "ids are shared by all."),
    Flag(
      "separator", .text, "REGEX", section: "Input", default: "one blank", origin: .original,
      help: "What stands between columns, a regular expression: '::', '\\t', '\\|', '[,;]'."),
    Flag(
      "header", .integer, "0|1", section: "Input", default: "0", origin: .original,
      help: "Other than 0: leave out the first line of each table."),
    Flag(
      "target_column", .integer, section: "Columns, counted from 0", origin: .original,
      help: "The column to predict. If negative it is counted from the end and kept as a feature "
        + "as well."),
    Flag(
      "delete_column", .integerList, section: "Columns, counted from 0", default: "none",
      origin: .original, help: "Columns to leave out."),
    Flag(
      "offset", .integer, section: "Output", default: "0", origin: .original,
      help: "The id of the first feature; 0 if the groups are to be used."),
    Flag(
      "outmeta", .path, section: "Output", origin: .original,
      help: "Where to write the group of each feature, for libFM's -meta."),
  ],
  examples: [
    .init(
      "Ratings of films, with a time stamp that is not used:",
      "triple_format_to_libfm --in ratings.dat --target_column 2 --delete_column 3 "
        + "--separator '::'"),
    .init(
      "Training and test tables that share their ids:",
      "triple_format_to_libfm --in train.csv,test.csv --header 1 --target_column 2 "
        + "--separator ,"),
  ])
