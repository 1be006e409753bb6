"""What ``data/build/resolver.py --json`` wrote down: the resolver's weights without each third, and their figures."""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import geostory.ranking as ranking
import geostory.resolve as resolver

__all__ = ["read_folds", "resolver_without"]

Folds = dict[str, Any]


def read_folds(path: Path, corpora: Collection[str]) -> Folds:
    """What a file holds; one that is not of these corpora and of the weights that stand ends the run with one line."""
    again = "run data/build/resolver.py CORPORA --ablate --json FILE again"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        standing, seen = found["standing"], set(found["cross-validated"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SystemExit(f"{path} cannot be read as figures of the resolver; {again}") from None
    if standing != {"weights": ranking.WEIGHTS, "none": ranking.NONE}:
        raise SystemExit(f"{path} was made beside other weights than those in geostory/ranking.py; {again}")
    if seen != set(corpora):
        raise SystemExit(f"{path} is of the corpora {', '.join(sorted(seen))}; {again}")
    return found


@contextmanager
def resolver_without(folds: Folds | None, part: int) -> Iterator[None]:
    """Within it, places are resolved by the weights and the calibration that were fitted without a third."""
    if folds is None:
        yield
        return
    fold = folds["folds"][part]
    knots = tuple(np.array(fold["calibration"]).T.tolist())
    with (
        patch.dict(ranking.WEIGHTS, fold["weights"]),
        patch.multiple(ranking, NONE=fold["none"]),
        patch.object(resolver, "_KNOTS", knots),
    ):
        yield
