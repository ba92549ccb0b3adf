#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares csv2libfm with encodings by pandas and scikit-learn, cell by cell.

Usage: csv2libfm_oracle.py PATH_OF_CSV2LIBFM [NUMBER_OF_FRAMES]

Random frames of mixed types are written with DataFrame.to_csv in many dialects, converted by
csv2libfm, and read back through features.tsv. Exits with 77 when pandas, NumPy or scikit-learn are
absent, and with 1 at the first difference.
"""

import csv
import math
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import pandas as pd
    from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

WORDS = ["red", "grün", 'qu"ote', "line\nbreak", "a,b", "semi;colon", "pipe|d", "tab\tbed", " lead",
         "naïve", "日本", "back\\slash", "'", "0x1F", "1e5x", "end\r\nline", "-", "true-ish"]
TAGS = ["Action", "Comedy", "Drama", "Sci-Fi", "Ünïcode", "a b"]


def random_frame(rng, rows):
    """A frame with a column of each kind."""
    frame = pd.DataFrame(index=np.arange(rows))
    users = rng.integers(1, 12, rows)
    # Whole numbers with gaps become floats, so that they are written as 196.0.
    frame["user_id"] = np.where(rng.random(rows) < 0.15, np.nan, users * 97)
    frame["item_id"] = rng.integers(-3, 8, rows)
    frame["word"] = rng.choice(WORDS, rows).astype(object)
    frame.loc[rng.random(rows) < 0.1, "word"] = None
    frame["colour"] = pd.Categorical(rng.choice(["x", "y", "z"], rows))
    frame["flag"] = rng.random(rows) < 0.5
    frame["code"] = [f"{v:03d}" for v in rng.integers(0, 12, rows)]
    frame["raw"] = rng.normal(0, 10, rows).round(int(rng.integers(0, 12)))
    frame["scaled"] = rng.lognormal(2, 1, rows)
    frame["ranged"] = rng.integers(-50, 50, rows)
    frame["logged"] = rng.exponential(100, rows)
    frame["binned"] = rng.choice([1.5, 2, 3, 4, 5.25, 7, 11, 13, 17], rows)
    for name in ["raw", "scaled", "ranged", "logged", "binned"]:
        frame[name] = frame[name].where(rng.random(rows) > 0.1)
    frame["tags"] = ["|".join(rng.choice(TAGS, rng.integers(0, 4))) for _ in range(rows)]
    days = pd.to_datetime("1999-12-25") + pd.to_timedelta(rng.integers(0, 900, rows), unit="h")
    frame["when"] = days.where(rng.random(rows) > 0.1)
    frame["guessed"] = rng.normal(5, 2, rows)
    frame["rating"] = rng.integers(1, 11, rows) / 2
    return frame


def text_of(value):
    """The category that a cell stands for; None for a missing one."""
    if value is None or value is pd.NaT or value != value or value == "":
        return None
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)


class Expectation:
    """What each row should have, as a dictionary {(column, value): number}."""

    def __init__(self, train, test):
        self.frames = [train, test]
        self.rows = [[{} for _ in range(len(frame))] for frame in self.frames]
        for name in ["user_id", "item_id", "word", "colour", "flag", "code"]:
            self.categories(name)
        self.number("raw", lambda fit, x: x)
        self.number("scaled", self.standard)
        self.number("guessed", self.standard)
        self.number("ranged", lambda fit, x: MinMaxScaler().fit(fit).transform(x))
        self.number("logged", lambda fit, x: np.log1p(x))
        self.bins("binned", 4)
        self.sets("tags")
        self.dates("when")

    @staticmethod
    def standard(fit, x):
        return StandardScaler().fit(fit).transform(x)

    def add(self, part, row, column, value, number):
        number = float(np.float32(number))
        if number != 0:
            self.rows[part][row][(column, value)] = number

    def categories(self, name):
        texts = [[text_of(v) for v in frame[name]] for frame in self.frames]
        known = [[t] for t in texts[0] if t is not None]
        encoder = OneHotEncoder(handle_unknown="ignore").fit(np.array(known, dtype=object))
        for part, column in enumerate(texts):
            for row, text in enumerate(column):
                if text is None:
                    continue
                hot = encoder.transform(np.array([[text]], dtype=object)).tocoo()
                for place in hot.col:
                    self.add(part, row, name, encoder.categories_[0][place], 1)

    def number(self, name, transform):
        fit = self.frames[0][[name]].dropna().to_numpy(dtype=float)
        for part, frame in enumerate(self.frames):
            column = frame[name].to_numpy(dtype=float)
            for row, value in enumerate(column):
                if math.isnan(value):
                    self.add(part, row, name, "missing", 1)
                else:
                    changed = np.asarray(transform(fit, np.array([[value]]))).item()
                    self.add(part, row, name, "number", changed)

    def bins(self, name, count):
        fit = self.frames[0][name].dropna()
        _, edges = pd.qcut(fit, count, retbins=True, duplicates="drop")
        for part, frame in enumerate(self.frames):
            for row, value in enumerate(frame[name]):
                if math.isnan(value):
                    self.add(part, row, name, "missing", 1)
                else:
                    self.add(part, row, name, int(np.searchsorted(edges[1:-1], value)), 1)

    def sets(self, name):
        known = {tag for cell in self.frames[0][name] for tag in cell.split("|") if tag}
        for part, frame in enumerate(self.frames):
            for row, cell in enumerate(frame[name]):
                tags = {tag for tag in cell.split("|") if tag} & known
                for tag in tags:
                    self.add(part, row, name, tag, 1 / len(tags))

    def dates(self, name):
        def parts(value):
            if value is pd.NaT:
                return []
            return [f"day={value:%Y-%m-%d}", f"weekday={value.day_name()}", f"hour={value.hour}",
                    f"month={value.month}", f"year={value.year}"]

        known = {p for value in self.frames[0][name] for p in parts(value)}
        for part, frame in enumerate(self.frames):
            for row, value in enumerate(frame[name]):
                for piece in parts(value):
                    if piece in known:
                        self.add(part, row, name, piece, 1)


ESCAPES = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


def unescaped(text):
    result, position = "", 0
    while position < len(text):
        if text[position] == "\\":
            position += 1
            result += ESCAPES[text[position]]
        else:
            result += text[position]
        position += 1
    return result


def read_features(path):
    """{id: (column, value)}, bins by their number."""
    features, bins = {}, {}
    lines = path.read_bytes().decode().split("\n")
    assert lines[0] == "id\tcolumn\tvalue\tgroup\tcount\tkind", lines[0]
    for line in lines[1:-1]:
        number, column, value, _, _, kind = line.split("\t")
        value = unescaped(value)
        if kind == "bin":
            value = bins[column] = bins.get(column, -1) + 1
        elif kind in ("missing", "number"):
            value = kind
        features[int(number)] = (column, value)
    return features


def read_rows(path, features):
    for line in path.read_text().splitlines():
        target, *entries = line.split(" ")
        row = {}
        for entry in entries:
            number, value = entry.split(":")
            key = features[int(number)]
            assert key not in row, f"{key} stands twice in a row"
            row[key] = float(value)
        yield float(target), row


def compare(tool, seed):
    rng = np.random.default_rng(seed)
    train, test = random_frame(rng, int(rng.integers(8, 60))), random_frame(rng, 25)
    dialect = {
        "sep": str(rng.choice([",", ";", "\t", "|"])),
        "quoting": int(rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        "lineterminator": str(rng.choice(["\n", "\r\n"])),
        "na_rep": str(rng.choice(["", "NA", "NaN", "nan", "null", "None", "<NA>", "NaT"])),
        "index": bool(rng.random() < 0.5),
        "encoding": str(rng.choice(["utf-8", "utf-8-sig"])),
    }
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        train.to_csv(folder / "train.csv", **dialect)
        shuffled = rng.permutation(test.columns)
        test[shuffled].to_csv(folder / "test.csv", **dialect)
        command = [
            tool, "train.csv", "test.csv", "--target", "rating", "--categorical",
            "user_id,item_id,code", "--numeric",
            "raw,scaled:standardize,ranged:minmax,logged:log1p,binned:bins=4",
            "--multi", "tags:|", "--date", "when:day:weekday:hour:month:year",
            "--missing-indicator", "--encoder", "encoder",
            "--threads", str(rng.integers(1, 4)), "--quiet",
        ]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert run.returncode == 0, f"frame {seed}, {dialect}: {run.stderr}"
        features = read_features(folder / "encoder" / "features.tsv")
        expected = Expectation(train, test)
        for part, frame in enumerate([train, test]):
            path = folder / f"{['train', 'test'][part]}.libfm"
            found = list(read_rows(path, features))
            assert len(found) == len(frame), f"frame {seed}: {len(found)} rows in {path.name}"
            for number, (target, row) in enumerate(found):
                place = f"frame {seed}, {dialect}, {path.name} row {number}"
                assert target == frame["rating"].iloc[number], place
                wanted = expected.rows[part][number]
                assert row.keys() == wanted.keys(), (
                    f"{place}: too much {row.keys() - wanted.keys()}, "
                    f"too little {wanted.keys() - row.keys()}")
                for key, value in wanted.items():
                    # Sums in another order may differ in the last bits of binary32.
                    assert math.isclose(row[key], value, rel_tol=1e-6, abs_tol=1e-6), (
                        f"{place}: {key} is {row[key]}, expected {value}")


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    try:
        for seed in range(count):
            compare(str(pathlib.Path(sys.argv[1]).resolve()), seed)
    except AssertionError as error:
        print(error)
        sys.exit(1)
    print(f"{count} frames agree")


main()
