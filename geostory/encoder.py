"""The accurate recogniser: a small transformer, tuned for places, run by onnxruntime over windows of text.

Each window is run by itself on one thread, so that its result depends on nothing else.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geostory.clues import clue_matrix
from geostory.resources import data_path
from geostory.windows import Window

__all__ = ["encoder_scores"]


class _Model(NamedTuple):
    words: npt.NDArray[np.int8]  # (pieces, width)
    scales: npt.NDArray[np.float32]  # (pieces, 1)
    places: npt.NDArray[np.float32]  # (longest window, width)
    cases: npt.NDArray[np.float32]  # (cases, width)
    clues: npt.NDArray[np.float32]  # (clues, width)
    session: Any


@cache
def _model(folder: Path) -> _Model:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    path = folder / "encoder.onnx"
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    # A plain array over the map: a memmap's own indexing costs more than what it fetches.
    words = np.asarray(np.load(data_path("recogniser", "pieces.npy"), mmap_mode="r"))
    with np.load(folder / "inputs.npz") as inputs:
        rest = {name: inputs[name].astype(np.float32) for name in ("scales", "places", "cases", "clues")}
    return _Model(words=words, session=session, **rest)


def encoder_scores(read: Sequence[Window], *, folder: Path | None = None) -> Iterator[npt.NDArray[np.float32]]:
    """The encoder's score of each tag at each token of some windows.

    Parameters
    ----------
    read : sequence of Window
    folder : Path, optional
        Where another trained model lies; by default the shipped one.

    Yields
    ------
    array of float32, shape (tokens of the window, len(TAGS))
        Natural logarithms of probabilities, but for a constant a row.
    """
    for window in read:
        model = _model(folder or data_path("recogniser"))
        x = model.words[window.pieces] * model.scales[window.pieces]
        x += model.places[: len(x)] + model.cases[window.cases] + clue_matrix(window.clues) @ model.clues
        (scores,) = model.session.run(None, {"x": x[None]})
        yield scores[0, window.heads]
