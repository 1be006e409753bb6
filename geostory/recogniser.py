"""The recognisers: how sure trained models are, for each word of a reading, that it names a place or something else.

'fast' is a small network that looks at each capitalised word and a few words around it. 'accurate' lets a transformer
read every sentence in which that network sees a possible place, and weighs both opinions. Both recognisers read the
same clues, have the same signature, and depend on the article alone. ``data/build/recogniser.py`` trains them.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from geostory.clues import TAGS, Reading
from geostory.encoder import encoder_scores
from geostory.perceptron import logarithms, perceptron_scores
from geostory.windows import windows

__all__ = ["RECOGNISERS", "Probabilities", "Recogniser"]

Recogniser = Literal["accurate", "fast"]
Probabilities = npt.NDArray[np.float32]

_POSSIBLE = 0.02  # probability of a place or demonym from which the encoder reads a sentence
_NAMES = [TAGS.index(tag) for tag in ("begins place", "in place", "demonym")]


def _fast(read: Sequence[Reading], folder: Path | None = None) -> list[Probabilities]:
    return [np.exp(scores) for scores in perceptron_scores(read, folder=folder)]


def _accurate(read: Sequence[Reading], folder: Path | None = None) -> list[Probabilities]:
    found = perceptron_scores(read, folder=folder)
    for reading, quick in zip(read, found, strict=True):
        seen = windows(reading, np.exp(quick[:, _NAMES]).sum(axis=1) > _POSSIBLE)
        for window, scores in zip(seen, encoder_scores(seen, folder=folder), strict=True):
            quick[window.tokens] = (quick[window.tokens] + logarithms(scores)) / 2
    return [np.exp(logarithms(quick)) for quick in found]


# From an article's readings, and for judges a folder with other trained models, to the probability of each tag at each
# token, shape (tokens, len(TAGS)) a reading; a token that cannot be part of a name is 'nothing' for certain.
RECOGNISERS: Mapping[Recogniser, Callable[..., list[Probabilities]]] = MappingProxyType(
    {"accurate": _accurate, "fast": _fast}
)
