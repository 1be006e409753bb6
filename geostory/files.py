"""Writing a file whole, or not at all."""

import os
import tempfile
from os import PathLike
from pathlib import Path

from geostory.errors import WriteError

__all__ = ["write_whole"]


def write_whole(path: str | PathLike[str], text: str | bytes) -> None:
    """Write a file aside and rename it, so that a full disk or an interrupt leaves the old file or none.

    Parameters
    ----------
    path : path
        In a folder that is there; a link is followed.
    text : str or bytes
        Text is written as UTF-8, its line ends as they are.

    Raises
    ------
    WriteError
        If the file cannot be written, or if what stands there is no ordinary file.
    """
    path = Path(path)
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise WriteError(f"{path}: it is no ordinary file; give the name of a file to write or to replace")
    try:
        _write_aside(target, text)
    except OSError as error:
        raise WriteError(f"{path}: it cannot be written ({error.strerror or error})") from None


def _write_aside(path: Path, text: str | bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    aside = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode() if isinstance(text, str) else text)
        umask = os.umask(0)
        os.umask(umask)
        aside.chmod(0o666 & ~umask)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
