// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The command line of `csv2libfm`.
let conversionCommand = CommandDescription(
  name: "csv2libfm",
  summary:
    "Turns CSV files, such as DataFrame.to_csv() writes, into libFM's text format. How columns "
    + "become features is learned from the first file and applied to all, so that ids agree. "
    + "Columns that no option names are classified by content, and the choice is printed.",
  usage: ["FILE.csv [MORE.csv ...] --target COLUMN [options]"],
  dialect: .long,
  flags: inputFlags + roleFlags + categoryFlags + targetFlags + eventFlags + implicitFlags
    + splitFlags + outputFlags,
  operandCount: 1...1_000,
  examples: [
    .init(
      "Ratings and their test set; writes train.libfm and test.libfm.",
      "csv2libfm train.csv test.csv --target rating --categorical user_id,movie_id "
        + "--multi 'genres:|'"),
    .init(
      "Two classes, a fifth of the rows as the test set, groups for -meta, ids kept for later.",
      "csv2libfm adult.csv --target Salary --positive '>50K' --skip-initial-space --missing '?' "
        + "--split 0.2 --groups adult.groups --encoder adult.encoder"),
    .init(
      "New rows with the same ids.",
      "csv2libfm new.csv --use-encoder adult.encoder --allow-missing-target"),
  ])

private let inputFlags = [
  Flag(
    "separator", .text, "CHAR", section: "Input", default: "guessed from , ; tab |",
    help: "What stands between fields; 'tab' for a tab."),
  Flag(
    "no-header", .none, section: "Input",
    help: "The first line is a row already; columns are named by their numbers, counted from 0."),
  Flag(
    "skip-initial-space", .none, section: "Input", help: "Skip blanks after separators."),
  Flag(
    "missing", .repeatedText, "TEXTS", section: "Input",
    help:
      "Further texts that stand for a missing value, beside an empty field, NA, NaN, nan, null, "
      + "None, <NA> and NaT."),
  Flag(
    "no-default-missing", .none, section: "Input",
    help: "Only the texts named with --missing stand for a missing value."),
  Flag(
    "name", .text, section: "Input",
    help: "The name of the output for standard input, which is read where a file is '-'."),
  Flag(
    "fit", .path, "FILE", section: "Input", default: "the first file",
    help: "Learn from this file how columns become features."),
]

private let roleFlags = [
  Flag("target", .repeatedText, "COLUMN", section: "Columns", help: "What is to be predicted."),
  Flag(
    "categorical", .repeatedText, "COLUMNS", section: "Columns",
    help: "Columns each distinct value of which is a feature. Here and below columns are given by "
      + "name or by number from 0, separated by commas; a backslash before , or : takes their "
      + "meaning away; options may be repeated."),
  Flag(
    "numeric", .repeatedText, "COLUMN[:HOW]", section: "Columns", default: "raw",
    help: "Columns of numbers; HOW is raw, standardize (by mean and population deviation), minmax, "
      + "log1p or bins=N (by quantiles)."),
  Flag(
    "multi", .repeatedText, "COLUMN:SEP[:W]", section: "Columns", default: "1/n",
    help: "Columns with several values in a cell, separated by SEP; the weight W of each is 1/n, 1 "
      + "or '1/sqrt(n)'."),
  Flag(
    "date", .repeatedText, "COLUMN:PART", section: "Columns",
    help:
      "Columns of ISO dates or Unix seconds; PART is day, weekday, hour, month or year, several "
      + "of them separated by ':'. Each part is a category."),
  Flag(
    "weight", .text, "COLUMN", section: "Columns",
    help:
      "What each row counts, no feature: its numbers, 0 or more, become OUTPUT.weights beside each "
      + "OUTPUT.libfm, a line a row, for libFM's -weights. Later files may lack the column."),
  Flag("ignore", .repeatedText, "COLUMNS", section: "Columns", help: "Columns not to use."),
  Flag("only-named", .none, section: "Columns", help: "Ignore all columns that no option names."),
]

private let categoryFlags = [
  Flag(
    "unknown", .text, "ignore|bucket|new|error", section: "Categories", default: "ignore",
    help: "What becomes of values that the fitting file does not have: no feature, one shared by "
      + "all of a column, a new one, or an error."),
  Flag(
    "min-count", .integer, section: "Categories", default: "1",
    help: "Values that the fitting file has less often share the bucket of their column."),
  Flag(
    "hash-bits", .repeatedText, "COLUMN:B[:SEED]", section: "Categories",
    help: "Columns whose values share 2^B features by their hash."),
  Flag(
    "missing-as-category", .none, section: "Categories",
    help: "A missing category is a feature rather than none."),
  Flag(
    "missing-indicator", .none, section: "Categories",
    help: "A missing number is a feature rather than none."),
]

private let targetFlags = [
  Flag(
    "positive", .text, "VALUE", section: "Target",
    help: "The value of a two-valued target that becomes 1; the other becomes -1."),
  Flag(
    "weight-positive", .number, section: "Target",
    help:
      "Write OUTPUT.weights, as --weight does: this weight for rows whose target is above 0, before "
      + "any transform, and 1 for all others."),
  Flag(
    "target-transform", .text, "log1p", section: "Target",
    help: "Learn the logarithm of 1 + target."),
  Flag(
    "allow-missing-target", .none, section: "Target",
    help: "Write 0 where the target is missing rather than end with an error."),
]

private let eventFlags = [
  Flag(
    "count-by", .repeatedText, "COLUMNS", section: "Events",
    help:
      "Count how often each combination of these columns occurs; the count is the target. Keeps "
      + "the combinations in memory."),
  Flag(
    "fill-zeros", .text, "COLUMN", section: "Events",
    help: "Cross every value of this one of the columns with the combinations of the others; what "
      + "does not occur has the count 0."),
  Flag(
    "max-rows", .integer, section: "Events", default: "100000000",
    help: "The most rows that counting may make."),
]

private let implicitFlags = [
  Flag(
    "implicit", .repeatedText, "KEY:ITEMS", section: "Implicit feedback and relations",
    help: "Add to each row the set of ITEMS that its KEY has in the fitting file, as SVD++ does. "
      + "Keeps the pairs in memory, 8 bytes each."),
  Flag(
    "relation-for", .repeatedText, "KEY[:PREFIX]", section: "Implicit feedback and relations",
    help: "Write what depends on the value of this column only, its own features and its implicit "
      + "set among it, as a relation: PREFIX.x, .xt, .groups, .train and .test. Keeps the place of "
      + "each row in memory, 8 bytes each."),
]

private let splitFlags = [
  Flag(
    "split", .text, "SHARE[:SEED]", section: "Split and order", default: "0.2 with the two below",
    help:
      "Make a training and a test file from one; SHARE of the rows is for the test. Learns from "
      + "the training rows. Splitting and shuffling keep 12 bytes a row in memory."),
  Flag(
    "split-by", .text, "COLUMN", section: "Split and order",
    help: "Split so that no value of this column is on both sides."),
  Flag(
    "split-time", .text, "COLUMN", section: "Split and order",
    help: "Split so that the latest rows are the test."),
  Flag(
    "shuffle", .integer, "SEED", section: "Split and order", help: "Write the rows in random order."
  ),
]

private let outputFlags = [
  Flag(
    "out-dir", .path, section: "Output", default: "beside each input",
    help: "Where the .libfm files go."),
  Flag(
    "groups", .path, "FILE", section: "Output",
    help: "Write the group of each feature, one for each column, for libFM's -meta."),
  Flag(
    "encoder", .path, "DIR", section: "Output",
    help:
      "Save how columns become features: schema.json and features.tsv (id, column, value, group, "
      + "count)."),
  Flag(
    "use-encoder", .path, "DIR", section: "Output",
    help: "Apply a saved encoder rather than learn one."),
  Flag(
    "offset", .integer, "0|1", section: "Output", default: "0", help: "The id of the first feature."
  ),
  Flag(
    "dry-run", .none, section: "Output",
    help: "Print the summary and the first rows as they would be written; write nothing."),
  Flag(
    "threads", .integer, section: "Output", default: "all processors",
    help: "The number of threads. Results do not depend on it."),
  Flag("quiet", .none, section: "Output", help: "Print no summary."),
]
