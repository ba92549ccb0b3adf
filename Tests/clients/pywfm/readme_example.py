#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the example of pywFM's README with the libFM in $LIBFM_PATH, by every learning method.

pywFM starts `libFM` in a shell and reads its predictions, model and log. It is used as published;
only the example's `np.matrix` is an array here, since scikit-learn takes matrices no more.

Usage: LIBFM_PATH=/folder/of/libFM/ readme_example.py     (the slash at the end belongs there)
Exit status: 0 when all is as it should be, 1 when not, 77 when a package is missing (skipped).
"""

import os
import sys

SKIPPED = 77

try:
    import numpy as np
    import pandas  # noqa: F401  (pywFM needs it)
    import pywFM
    import sklearn  # noqa: F401  (pywFM needs it)
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(SKIPPED)

FEATURES = np.array(
    [
        # users | movies      | ratings of movies    | time | last movie rated
        [1, 0, 0, 1, 0, 0, 0, 0.3, 0.3, 0.3, 0, 13, 0, 0, 0, 0],
        [1, 0, 0, 0, 1, 0, 0, 0.3, 0.3, 0.3, 0, 14, 1, 0, 0, 0],
        [1, 0, 0, 0, 0, 1, 0, 0.3, 0.3, 0.3, 0, 16, 0, 1, 0, 0],
        [0, 1, 0, 0, 0, 1, 0, 0, 0, 0.5, 0.5, 5, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 1, 0, 0, 0.5, 0.5, 8, 0, 0, 1, 0],
        [0, 0, 1, 1, 0, 0, 0, 0.5, 0, 0.5, 0, 9, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 1, 0, 0.5, 0, 0.5, 0, 12, 1, 0, 0, 0],
    ]
)
TARGETS = {
    "regression": np.array([5, 3, 1, 4, 5, 1, 5]),
    "classification": np.array([1, 0, 0, 1, 1, 0, 1]),
}
# The last column has no value in any row, so it is no feature to libFM.
FEATURE_COUNT = FEATURES.shape[1] - 1
ITERATIONS = 5
FACTORS = 8


def check(method, task, model):
    """Returns what is wrong with what pywFM has read."""
    bounds = (1, 5) if task == "regression" else (0, 1)
    problems = []
    if len(model.predictions) != 2:
        problems.append(f"{len(model.predictions)} predictions instead of 2")
    if not all(bounds[0] <= value <= bounds[1] for value in model.predictions):
        problems.append(f"predictions out of {bounds}: {model.predictions}")
    if model.global_bias is None or not np.isfinite(model.global_bias):
        problems.append(f"global bias {model.global_bias}")
    if len(model.weights) != FEATURE_COUNT or not np.isfinite(model.weights).all():
        problems.append(f"weights {model.weights}")
    if model.pairwise_interactions.shape != (FEATURE_COUNT, FACTORS):
        problems.append(f"factors of shape {model.pairwise_interactions.shape}")
    if len(model.rlog) != ITERATIONS:
        problems.append(f"{len(model.rlog)} lines in the log instead of {ITERATIONS}")
    figure = "rmse" if task == "regression" else "accuracy"
    if figure not in model.rlog.columns or not np.isfinite(model.rlog[figure]).all():
        problems.append(f"no {figure} in the log's columns {list(model.rlog.columns)}")
    return [f"{method}, {task}: {problem}" for problem in problems]


def main():
    problems = []
    for task, targets in TARGETS.items():
        for method in ["mcmc", "als", "sgd", "sgda"]:
            print(f"=== {method}, {task}", flush=True)
            # pywFM cuts learning rates to whole numbers: with its default sgd and sgda stand still.
            machine = pywFM.FM(task=task, num_iter=ITERATIONS, learning_method=method)
            model = machine.run(
                FEATURES[:5], targets[:5], FEATURES[5:], targets[5:],
                x_validation_set=FEATURES[3:5], y_validation_set=targets[3:5],
            )
            print("predictions:", model.predictions)
            print("bias:", model.global_bias, "weights:", model.weights)
            problems += check(method, task, model)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if "LIBFM_PATH" not in os.environ:
        sys.exit(__doc__)
    sys.exit(main())
