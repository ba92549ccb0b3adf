// SPDX-License-Identifier: Apache-2.0

import CommandLineSupport

/// The command line of `libFM`: parsing, help and messages derive from this description.
let libFMCommand = CommandDescription(
  name: "libFM",
  summary: "Learns a factorization machine and predicts with it.",
  usage: [
    "-task r|c -train FILE -test FILE [flags]",
    "-task r|c -load_model FILE -test FILE -out FILE",
    "-task r|c -load_posterior FILE -test FILE -out FILE",
  ],
  dialect: .original,
  flags: [
    dataFlags, modelFlags, learningFlags, posteriorFlags, outputFlags, checkpointFlags,
    behaviourFlags,
  ].flatMap { $0 },
  examples: [
    .init(
      "Learn ratings by MCMC and write predictions for the test file.",
      "libFM -task r -train train.libfm -test test.libfm -dim 1,1,8 -iter 100 -out predictions"),
    .init(
      "Learn by stochastic gradient descent and keep the model.",
      "libFM -task r -train train.libfm -test test.libfm -method sgd -learn_rate 0.01 "
        + "-regular 0,0,0.02 -save_model model"),
    .init(
      "Keep a model with all that predicting needs.",
      "libFM -task r -train train.libfm -method als -regular 5 -save_model kept -model_format full"
    ),
    .init(
      "Predict new data with it.",
      "libFM -task r -load_model kept -test new.libfm -out predictions"),
    .init(
      "Keep the draws of MCMC, and predict new data with all of them later.",
      "libFM -task r -train train.libfm -iter 200 -save_posterior draws -burn_in 50"),
    .init(
      "Predict, with standard deviations and quantiles.",
      "libFM -task r -load_posterior draws -test new.libfm -out predictions -out_std deviations "
        + "-out_quantiles quantiles -quantiles 0.05,0.95"),
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
      "The cases to learn from. May be left out with -load_model or -load_posterior: then only predictions "
      + "are made."),
  Flag(
    "test", .path, section: "Data", origin: .original,
    help: "The cases to predict and to evaluate on. May be left out when nothing is predicted."),
  Flag(
    "validation", .path, section: "Data", origin: .original,
    help: "The cases from which sgda adapts the regularization, and for -early_stopping."),
  Flag(
    "weights", .path, section: "Data",
    help:
      "What each training case counts: one number a line, 0 or more. A weight multiplies the case's "
      + "loss, or its precision with als and mcmc (-task r only); printed figures do not look "
      + "at it."),
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
    "head", .text, "sum|dense", section: "Model", default: "sum",
    help:
      "What makes a score of the terms: sum, the factorization machine, or dense, batch normalization "
      + "and a dense unit over the terms of each column, which are the groups of -meta (adam, adagrad)."
  ),
  Flag(
    "activation", .text, "relu|linear|sigmoid", section: "Model", default: "linear",
    help: "What the unit of -head dense makes of its sum, with -task r."),
  Flag(
    "init_stdev", .number, section: "Model", default: "0.1", origin: .original,
    help:
      "The standard deviation of the factors at the start, for als and mcmc also of the linear weights."
  ),
  Flag(
    "load_model", .path, section: "Model", origin: .original,
    help:
      "Start from the parameters in this file, or predict with them if there is no -train. The file "
      + "tells which -model_format it has."),
  Flag(
    "save_model", .path, section: "Model", origin: .original,
    help: "Write the parameters to this file after learning."),
  Flag(
    "model_format", .text, "text|full", section: "Model", default: "text",
    help:
      "How -save_model writes: text is the original's format; full keeps every parameter exactly, and "
      + "all that -load_model without -train needs to predict as this run does."),
  Flag(
    "model_digits", .integer, "N", section: "Model", default: "6",
    help: "The number of significant digits, 1 to 17, in a text model; 17 lose nothing."),
]

private let learningFlags = [
  Flag(
    "method", .text, "sgd|sgda|als|mcmc|adam|adagrad|ftrl", section: "Learning", default: "mcmc",
    origin: .original,
    help:
      "The learning method. The last three are ours: gradient descent in batches, on all threads."),
  Flag(
    "iter", .integer, section: "Learning", default: "100", origin: .original,
    help: "The number of iterations."),
  Flag(
    "learn_rate", .numberList, section: "Learning", default: "0.1, for adam 0.001",
    origin: .original,
    help:
      "The step size of all methods but als and mcmc: one number, or three for bias, linear weights "
      + "and factors."),
  Flag(
    "regular", .numberList, section: "Learning", default: "0, with -head dense 0.0002",
    origin: .original,
    help:
      "The L2 regularization: one number, or three for bias, linear weights and factors; for als and "
      + "mcmc also one for the bias, then one for each group's weights, then one for each group's "
      + "factors. sgda finds its own, mcmc all but the bias'."
  ),
  Flag(
    "head_regular", .number, section: "Learning", default: "0.1",
    help: "The L2 regularization of the kernel of -head dense."),
  Flag(
    "early_stopping", .integer, "N", section: "Learning", default: "never, with -head dense 0",
    help:
      "Stop when the figure on the -validation cases (RMSE, or log-loss) has not improved for N "
      + "iterations, and use the best iteration. With -head dense the figure is the loss, without "
      + "-validation that of training; 0 stops at the first iteration without improvement, -1 never."
  ),
  Flag(
    "batch_size", .integer, section: "Learning",
    default: "131072, at most a hundredth of the cases",
    help:
      "The number of cases of a batch, with adam, adagrad and ftrl; with -head dense by default at least "
      + "256."),
  Flag(
    "shuffle", .integer, "0|1", section: "Learning", default: "1",
    help: "Whether adam, adagrad and ftrl visit the cases of each iteration in a new random order."),
  Flag(
    "clip_norm", .number, section: "Learning", default: "no limit, with -head dense 0.5",
    help:
      "The Euclidean norm to which adam, adagrad and ftrl cut the gradient of a batch; inf is no limit."
  ),
  Flag(
    "l1", .number, section: "Learning", default: "0",
    help: "The L1 penalty by which ftrl keeps linear weights at exactly 0."),
  Flag(
    "seed", .wrappingInteger, section: "Learning", default: "the time", origin: .original,
    help: "Where the random numbers start; the same seed gives the same results."),
  Flag(
    "threads", .integer, section: "Learning", default: "all processors",
    help: "The number of threads. Results do not depend on it."),
]

private let posteriorFlags = [
  Flag(
    "save_posterior", .path, section: "Posterior (mcmc)",
    help:
      "Keep the draws in this file while sampling, for -load_posterior. Its size is told beforehand. "
      + "With -checkpoint they are in FILE.partial until learning ends, where -resume finds them."
  ),
  Flag(
    "burn_in", .integer, section: "Posterior (mcmc)", default: "0",
    help: "Keep no draw of the first N iterations. -out averages over all iterations in any case."),
  Flag(
    "thin", .integer, section: "Posterior (mcmc)", default: "1",
    help: "Keep the draw of each N-th iteration after -burn_in only."),
  Flag(
    "posterior_precision", .text, "double|float", section: "Posterior (mcmc)", default: "double",
    help:
      "How parameters are kept: double predicts with the same bits as -out, float takes half the room."
  ),
  Flag(
    "load_posterior", .path, section: "Posterior (mcmc)",
    help: "Predict the test cases by the average over the draws in this file, without -train."),
  Flag(
    "out_std", .path, section: "Posterior (mcmc)",
    help:
      "Write the standard deviation over the kept draws to this file, one a line: of scores that are "
      + "not cut to the range of the targets in regression, of probabilities in classification."),
  Flag(
    "out_std_with_noise", .none, section: "Posterior (mcmc)",
    help:
      "Add the variance of the noise to -out_std, for intervals that observations fall into "
      + "(regression)."),
  Flag(
    "out_quantiles", .path, section: "Posterior (mcmc)",
    help:
      "Write the quantiles of the predictions over the kept draws to this file: a line a case, "
      + "separated by tabs, without noise."),
  Flag(
    "quantiles", .numberList, section: "Posterior (mcmc)", default: "0.05,0.5,0.95",
    help: "The quantiles for -out_quantiles, each from 0 to 1."),
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
