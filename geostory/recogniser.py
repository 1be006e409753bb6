"""The recognisers: how sure trained models are, for each word of a reading, that it names a place or something else.

'fast' is a small network that looks at each capitalised word and a few words around it. 'accurate' lets a transformer
read every sentence in which that network sees a possible place, and weighs both opinions. Both recognisers read the
same clues, have the same signature, and depend on the article alone. ``data/build/recogniser.py`` trains them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from geostory.clues import TAGS, Reading
from geostory.encoder import encoder_scores
from geostory.perceptron import perceptron_scores
from geostory.windows import windows

__all__ = ["RECOGNISERS", "Probabilities", "Recogniser"]

Recogniser = Literal["accurate", "fast"]
Probabilities = npt.NDArray[np.float32]

_POSSIBLE = 0.02  # probability of a place or demonym from which the encoder reads a sentence
_NAMES = [TAGS.index(tag) for tag in ("begins place", "in place", "demonym")]


def _logarithms(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Scores as natural logarithms of probabilities."""
    scores = scores - scores.max(axis=1, keepdims=True, initial=-np.inf)
    held: npt.NDArray[np.float32] = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return held


def _fast(reading: Reading, folder: Path | None = None) -> Probabilities:
    return np.exp(_logarithms(perceptron_scores(reading, folder=folder)))


def _accurate(reading: Reading, folder: Path | None = None) -> Probabilities:
    quick = _logarithms(perceptron_scores(reading, folder=folder))
    read = windows(reading, np.exp(quick[:, _NAMES]).sum(axis=1) > _POSSIBLE)
    for window, scores in zip(read, encoder_scores(read, folder=folder), strict=True):
        quick[window.tokens] = (quick[window.tokens] + _logarithms(scores)) / 2
    return np.exp(_logarithms(quick))


# From a reading, and for judges a folder with other trained models, to the probability of each tag at each token, shape
# (tokens, len(TAGS)); a token that cannot be part of a name is 'nothing' for certain.
RECOGNISERS: Mapping[Recogniser, Callable[..., Probabilities]] = MappingProxyType(
    {"accurate": _accurate, "fast": _fast}
)
