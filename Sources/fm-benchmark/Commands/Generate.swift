// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

extension Subcommand {
  /// Writes synthetic data in libFM's text format.
  static let generate = Subcommand(
    name: "generate",
    description: CommandDescription(
      name: "fm-benchmark generate",
      summary: "Writes synthetic data in libFM's text format: PREFIX.train.libfm and "
        + "PREFIX.test.libfm. Some users and items are far more popular than others, targets "
        + "follow a factorization machine of low rank plus noise, and neither rows nor ids are "
        + "sorted. The same options write the same bytes on every machine.",
      usage: ["SHAPE --rows N --users N --items N --out PREFIX [options]"]
        + Shape.names.map { "\($0) ...   \($1)" },
      dialect: .long, flags: generateFlags, operandCount: 1...1,
      examples: [
        .init(
          "A million ratings:",
          "fm-benchmark generate ratings --rows 1000000 --users 6000 --items 3700 --out /tmp/r1m"),
        .init(
          "Ten million ratings in the files of MovieLens 10M:",
          "fm-benchmark generate movielens --layout ml-10m --out /tmp/movielens"),
      ]
    ),
    body: { flags, _ in
      if flags.operands[0] == Shape.movieLensName {
        try MovieLensTask(flags).run()
      } else {
        try GenerationTask(flags).run()
      }
      return ExitStatus.success
    })
}

private let generateFlags = [
  Flag(
    "rows", .integer, section: "Size", help: "Cases in all, train and test."),
  Flag("users", .integer, section: "Size", help: "Users."),
  Flag("items", .integer, section: "Size", help: "Items."),
  Flag(
    "columns", .integer, section: "Size",
    help: "ratings: one-hot columns in all, default 2; dense: real columns, default 40."),
  Flag(
    "user-features", .integer, section: "Size", default: "20",
    help: "star: features of each user."),
  Flag(
    "item-features", .integer, section: "Size", default: "30",
    help: "star: features of each item."),
  Flag(
    "test-fraction", .number, section: "Split", default: "0.1",
    help: "The part of the rows that goes to the test file."),
  Flag(
    "seed", .integer, section: "Content", default: "1", help: "Chooses among equally likely data."),
  Flag(
    "ids", .text, "by-field|first-appearance", section: "Content", default: "by-field",
    help: "How features are numbered: users, then items, then the rest; or in the order in which "
      + "they appear, as triple_format_to_libfm numbers one table."),
  Flag(
    "half-steps", .none, section: "Content",
    help: "Ratings in steps of a half in place of whole ones."),
  Flag(
    "classification", .none, section: "Content", help: "Classes 1 and -1 in place of ratings."),
  Flag(
    "layout", .text, MovieLensLayout.allCases.map(\.rawValue).joined(separator: "|"),
    section: "Content", default: "ml-100k",
    help: "movielens: whose files to write, into a folder of that set's name."),
  Flag(
    "out", .path, "PREFIX", section: "Output",
    help: "Where to write, without the endings; PREFIX/ stands for PREFIX/train.libfm and "
      + "PREFIX/test.libfm. movielens: the folder to write to."),
]
