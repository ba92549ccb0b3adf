// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The command line of `libFM`: parsing, help and messages derive from this description.
let libFMCommand = CommandDescription(
  name: "libFM",
  summary: "Learns a factorization machine and predicts with it.",
  usage: [
    "-task r|c -train FILE -test FILE [flags]",
    "-task r|c -load_model FILE -test FILE -out FILE",
  ],
  dialect: .original,
  flags: dataFlags + modelFlags + learningFlags + outputFlags + checkpointFlags + behaviourFlags,
  examples: [
    .init(
      "Learn ratings by MCMC and write predictions for the test file.",
      "libFM -task r -train train.libfm -test test.libfm -dim 1,1,8 -iter 100 -out predictions"),
    .init(
      "Learn by stochastic gradient descent and keep the model.",
      "libFM -task r -train train.libfm -test test.libfm -method sgd -learn_rate 0.01 "
        + "-regular 0,0,0.02 -save_model model"),
    .init(
      "Predict new data with a kept model.",
      "libFM -task r -load_model model -test new.libfm -out predictions"),
    .init(
      "Save the state of learning on the way.",
      "libFM -task r -train train.libfm -test test.libfm -iter 200 -checkpoint state"),
    .init(
      "Go on from there after a break, or for more iterations.",
      "libFM -task r -train train.libfm -test test.libfm -iter 300 -checkpoint state "
        + "-resume state -out more_predictions"),
  ],
  furtherExitStatuses: [
    "  130, 143  SIGINT (Ctrl-C) or SIGTERM ended learning; outputs are written"
  ])

private let dataFlags = [
  Flag(
    "task", .text, "r|c", section: "Data", origin: .original,
    help: "What to learn: r for regression, c for two classes. Must be given."),
  Flag(
    "train", .path, section: "Data", origin: .original,
    help:
      "The cases to learn from. May be left out with -load_model: then only predictions are made."),
  Flag(
    "test", .path, section: "Data", origin: .original,
    help: "The cases to predict and to evaluate on. May be left out when nothing is predicted."),
  Flag(
    "validation", .path, section: "Data", origin: .original,
    help: "The cases from which sgda adapts the regularization, and for -early_stopping."),
  Flag(
    "meta", .path, section: "Data", origin: .original,
    help: "The group of each feature, one number a feature: groups share priors and penalties."),
  Flag(
    "relation", .textList, "PREFIXES", section: "Data", origin: .original,
    help: "Tables joined to the cases, by the common beginnings of their file names (als and mcmc)."
  ),
  Flag(
    "cache_size", .wrappingInteger, "BYTES", section: "Data", default: "0, no bound",
    origin: .original,
    help: "The size of the original's cache for binary data: only two printed numbers depend on it."
  ),
]

private let modelFlags = [
  Flag(
    "dim", .integerList, "K0,K1,K", section: "Model", default: "1,1,8", origin: .original,
    help:
      "Whether to use a bias (0 or 1), whether to use linear weights (0 or 1), and the number of factors."
  ),
  Flag(
    "init_stdev", .number, section: "Model", default: "0.1", origin: .original,
    help:
      "The standard deviation of the factors at the start, for als and mcmc also of the linear weights."
  ),
  Flag(
    "load_model", .path, section: "Model", origin: .original,
    help: "Start from the parameters in this file."),
  Flag(
    "save_model", .path, section: "Model", origin: .original,
    help: "Write the parameters to this file after learning."),
]

private let learningFlags = [
  Flag(
    "method", .text, "sgd|sgda|als|mcmc", section: "Learning", default: "mcmc", origin: .original,
    help: "The learning method."),
  Flag(
    "iter", .integer, section: "Learning", default: "100", origin: .original,
    help: "The number of iterations."),
  Flag(
    "learn_rate", .numberList, section: "Learning", default: "0.1", origin: .original,
    help:
      "The step size of sgd and sgda: one number, or three for bias, linear weights and factors."),
  Flag(
    "regular", .numberList, section: "Learning", default: "0", origin: .original,
    help:
      "The L2 regularization: one number, or three for bias, linear weights and factors; for als and "
      + "mcmc also one for the bias, then one for each group's weights, then one for each group's "
      + "factors. sgda finds its own, mcmc all but the bias'."
  ),
  Flag(
    "early_stopping", .integer, "N", section: "Learning",
    help:
      "Stop when the figure on the -validation cases (RMSE, or log-loss) has not improved for N "
      + "iterations, and use the best iteration."),
  Flag(
    "seed", .wrappingInteger, section: "Learning", default: "the time", origin: .original,
    help: "Where the random numbers start; the same seed gives the same results."),
  Flag(
    "threads", .integer, section: "Learning", default: "all processors",
    help: "The number of threads. Results do not depend on it."),
]

private let outputFlags = [
  Flag(
    "out", .path, section: "Output", origin: .original,
    help: "Write the predictions for the test cases to this file, one a line."),
  Flag(
    "rlog", .path, section: "Output", origin: .original,
    help: "Write a table of measurements to this file, one line an iteration."),
  Flag(
    "metrics", .textList, "LIST", section: "Output",
    help:
      "Show further figures on standard error and in -rlog: any of rmse, mae for regression, of "
      + "logloss, auc, accuracy for classification."),
  Flag(
    "verbosity", .integer, section: "Output", default: "0", origin: .original,
    help: "Above 0, print the first cases, the groups and the settings."),
]

private let checkpointFlags = [
  Flag(
    "checkpoint", .path, section: "Checkpoints",
    help:
      "Save the whole state of learning to this file now and then, after the last iteration and after "
      + "Ctrl-C, so that -resume can go on from there."),
  Flag(
    "checkpoint_every", .integer, "N", section: "Checkpoints", default: "10",
    help: "The number of iterations from one checkpoint to the next."),
  Flag(
    "resume", .path, section: "Checkpoints",
    help:
      "Go on from this checkpoint, with the same results as without a break. Data and flags must be "
      + "those of the run before; -iter may be larger, and outputs and -threads may differ."),
]

private let behaviourFlags = [
  Flag(
    "strict", .none, section: "Behaviour",
    help:
      "Do as the original also where this was changed on purpose; COMPATIBILITY.md tells where."),
  Flag(
    "quiet", .none, section: "Behaviour",
    help: "Show no progress on the terminal."),
]
