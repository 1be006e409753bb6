"""Where the shipped files lie: in an installed wheel as in a checkout."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from geostory.errors import DataError

__all__ = ["data_path", "layers_path", "template_text"]


@cache
def _folder(name: str) -> Path:
    installed = Path(str(files("geostory"))) / f"_{name}"
    checkout = Path(str(files("geostory"))).parent / name
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise DataError(f"the folder '{name}' that geostory ships is missing; install geostory again")


@cache
def data_path(*parts: str) -> Path:
    """Path of a shipped data file, such as ``data_path("regions", "ukraine.toml")``.

    Raises
    ------
    DataError
        If there is no such file or folder.
    """
    path = _folder("data").joinpath(*parts)
    if not path.exists():
        raise DataError(f"the data file {'/'.join(parts)} that geostory ships is missing; install geostory again")
    return path


def layers_path() -> Path:
    """Folder of the layer declarations."""
    return _folder("layers")


def template_text(name: str) -> str:
    """Text of a file in ``geostory/templates``."""
    return (files("geostory") / "templates" / name).read_text(encoding="utf-8")
