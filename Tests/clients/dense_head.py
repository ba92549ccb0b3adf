# SPDX-License-Identifier: Apache-2.0
"""Learns a dense head over the columns of a factorization machine with NumPy, written from the definition.

usage: dense_head.py MODEL TRAIN VALIDATION WEIGHTS TASK ACTIVATION BATCH EPOCHS

MODEL is a text of a model with a dense head, TRAIN and VALIDATION are sparse text, WEIGHTS has a number a
training case. Prints the training and the validation loss of each epoch.
"""

import sys

import numpy as np

RATE, BETA1, BETA2, EPSILON, NORM = 0.001, 0.9, 0.999, 1e-7, 0.5
PENALTY = {"w": 2e-4, "v": 2e-4, "kernel": 0.1}


def read_model(path):
    sections, name = {}, None
    for line in open(path):
        if line.startswith("#"):
            name = line.strip()
            sections[name] = []
        else:
            sections[name].append(line.split())
    head = np.array(sections["#inputs: scale, shift, mean, variance, kernel"], float)
    model = {
        "scale": head[:, 0], "shift": head[:, 1], "kernel": head[:, 4],
        "bias": np.array(float(sections["#global bias W0"][0][0])),
        "w": np.array(sections["#unary interactions Wj"], float)[:, 0],
        "v": np.array(sections["#pairwise interactions Vj,f"], float),
    }
    columns = np.array(sections["#columns of the features"], int)[:, 0]
    return model, columns


def read_data(path, feature_count):
    rows, targets = [], []
    for line in open(path):
        cells = line.split()
        row = np.zeros(feature_count)
        for cell in cells[1:]:
            feature, value = cell.split(":")
            row[int(feature)] += np.float32(value)
        rows.append(row)
        targets.append(np.float32(cells[0]))
    return np.array(rows), np.array(targets, float)


def inputs_of(model, x, masks):
    """b and d, and the x_c (cases × columns × factors)."""
    by_column = x[:, None, :] * masks[None, :, :]
    b = by_column @ model["w"]
    xc = by_column @ model["v"]
    d = (xc * (xc.sum(1, keepdims=True) - xc)).sum(2)
    return np.hstack([b, d]), xc


def activated(p, activation):
    if activation == "relu":
        return np.maximum(p, 0), (p > 0).astype(float)
    if activation == "sigmoid":
        a = 1 / (1 + np.exp(-p))
        return a, a * (1 - a)
    return p, np.ones_like(p)


def losses_of(p, y, task, activation):
    """The loss of each case and its derivative by p."""
    if task == "c":
        return np.logaddexp(0, -y * p), -y / (1 + np.exp(y * p))
    a, slope = activated(p, activation)
    return (a - y) ** 2, 2 * (a - y) * slope


def penalty(model):
    return sum(factor * (model[name] ** 2).sum() for name, factor in PENALTY.items())


def gradient_of(model, x, y, c, masks, task, activation):
    u, xc = inputs_of(model, x, masks)
    size, column_count = len(y), masks.shape[0]
    mean, variance = u.mean(0), u.var(0)
    root = np.sqrt(variance + 0.001)
    n = (u - mean) / root
    p = (model["scale"] * n + model["shift"]) @ model["kernel"] + model["bias"]
    loss, slope = losses_of(p, y, task, activation)
    dp = c * slope / size
    dz = dp[:, None] * model["kernel"]
    dn = dz * model["scale"]
    du = (dn - dn.mean(0) - n * (dn * n).mean(0)) / root
    db, dd = du[:, :column_count], du[:, column_count:]
    total = xc.sum(1, keepdims=True)
    dxc = (dd[:, :, None] * xc).sum(1, keepdims=True) + dd[:, :, None] * (total - 2 * xc)
    gradient = {
        "scale": (dz * n).sum(0), "shift": dz.sum(0), "bias": dp.sum(),
        "kernel": ((model["scale"] * n + model["shift"]) * dp[:, None]).sum(0),
        "w": np.einsum("rc,rj,cj->j", db, x, masks),
        "v": np.einsum("rcf,rj,cj->jf", dxc, x, masks),
    }
    for name, factor in PENALTY.items():
        gradient[name] = gradient[name] + 2 * factor * model[name]
    return (c * loss).sum() / size + penalty(model), gradient, mean, variance


def main():
    model_path, train, validation, weights, task, activation, batch, epochs = sys.argv[1:]
    model, columns = read_model(model_path)
    masks = (columns[None, :] == np.arange(columns.max() + 1)[:, None]).astype(float)
    x, y = read_data(train, len(columns))
    vx, vy = read_data(validation, len(columns))
    c = np.loadtxt(weights)
    if task == "c":
        y, vy = np.where(y > 0, 1.0, -1.0), np.where(vy > 0, 1.0, -1.0)
    moments = {name: (np.zeros_like(value), np.zeros_like(value)) for name, value in model.items()}
    averages, step, size = None, 0, int(batch)
    for _ in range(int(epochs)):
        total = 0.0
        for start in range(0, len(y), size):
            part = slice(start, start + size)
            loss, gradient, mean, variance = gradient_of(
                model, x[part], y[part], c[part], masks, task, activation)
            total += loss * len(y[part])
            norm = np.sqrt(sum((g ** 2).sum() for g in gradient.values()))
            step += 1
            for name, g in gradient.items():
                g = g * min(1, NORM / norm)
                m, v = moments[name]
                m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g * g
                moments[name] = m, v
                model[name] = model[name] - RATE * (m / (1 - BETA1 ** step)) / (
                    np.sqrt(v / (1 - BETA2 ** step)) + EPSILON)
            now = np.array([mean, variance])
            averages = now if averages is None else 0.99 * averages + 0.01 * now
        u, _ = inputs_of(model, vx, masks)
        n = (u - averages[0]) / np.sqrt(averages[1] + 0.001)
        p = (model["scale"] * n + model["shift"]) @ model["kernel"] + model["bias"]
        loss, _ = losses_of(p, vy, task, activation)
        print(repr(float(total / len(y))), repr(float(loss.mean() + penalty(model))))


main()
