"""Figures of confusion tables, for many tables at once: what the bootstrap draws.

A table is a row of ``size * size`` counts, gold down and given across; a figure takes tables down
and returns one number each, NaN where it is not defined (the bootstrap leaves it out). The formulas
are those of ``agreement``, from counts.
"""

from collections.abc import Callable

import numpy as np

from viva_eval.metrics.columns import Codes, Floats


def count_tables(wanted: Codes, found: Codes, clusters: Codes, *, size: int, count: int) -> Floats:
    """Return the confusion table of each of ``count`` clusters, from codes below ``size``."""
    cells = (clusters * size + wanted) * size + found
    counts = np.bincount(cells, minlength=count * size * size)
    return counts.reshape(count, size * size).astype(np.float64)


def accuracy(tables: Floats) -> Floats:
    """Return the share on the diagonal."""
    square = _square(tables)
    return _divide(np.trace(square, axis1=1, axis2=2), square.sum(axis=(1, 2)))


def macro_f1(tables: Floats) -> Floats:
    """Return the mean F1 of the categories that either side has."""
    square = _square(tables)
    hits = np.diagonal(square, axis1=1, axis2=2)
    either = square.sum(axis=1) + square.sum(axis=2)
    f1 = np.divide(2 * hits, either, out=np.zeros_like(either), where=either > 0)
    return _divide(f1.sum(axis=1), (either > 0).sum(axis=1))


def kappa(tables: Floats) -> Floats:
    """Return Cohen's kappa (1960)."""
    return _kappa(tables, lambda apart: (apart != 0).astype(np.float64))


def quadratic_kappa(tables: Floats) -> Floats:
    """Return kappa with disagreements weighted by the square of their distance (Cohen 1968)."""
    return _kappa(tables, lambda apart: apart.astype(np.float64) ** 2)


def share(pairs: Floats) -> Floats:
    """Return hits over all, from sums of the two."""
    return _divide(pairs[:, 0], pairs[:, 1])


def _kappa(tables: Floats, weigh: Callable[[Codes], Floats]) -> Floats:
    square = _square(tables)
    places = np.arange(square.shape[1])
    weights = weigh(places[:, None] - places[None, :])
    by_chance = square.sum(axis=2)[:, :, None] * square.sum(axis=1)[:, None, :]
    observed = (weights * square).sum(axis=(1, 2)) * square.sum(axis=(1, 2))
    expected = (weights * by_chance).sum(axis=(1, 2))
    agreement: Floats = 1 - _divide(observed, expected)
    return agreement


def _square(tables: Floats) -> Floats:
    size = round(tables.shape[1] ** 0.5)
    return tables.reshape(len(tables), size, size)


def _divide(above: Floats, below: Floats) -> Floats:
    undefined: Floats = np.full(len(below), np.nan)
    return np.divide(above, below, out=undefined, where=below > 0)
