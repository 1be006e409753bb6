"""A CSV file with a column of names: every row as it came, with the place that the gazetteer finds for it added."""

import csv
import io
import re
import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from geostory.decoding import decode
from geostory.errors import ReadError, UsageError
from geostory.models import Candidate
from geostory.tables import candidate_row

__all__ = ["ADDED", "Sheet", "geocode_sheet"]

ADDED = ("name", "lat", "lon", "country", "admin1", "feature", "gazetteer_id", "candidates")
"""The columns that are added, in order; the last one counts the places that bear the name."""

_MOST_BYTES = 100_000_000
_DELIMITERS = ",;\t|"
_MARK = "\ufeff"
# What a spreadsheet would run; a number with a sign and a telephone number are none.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?![\d\s.,()/-]*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """CSV text with the added columns, and what the caller should be told: rows without a place among it."""

    text: str
    notes: tuple[str, ...]


def geocode_sheet(source: str, *, column: str, find: Callable[[str], Sequence[Candidate]]) -> Sheet:
    """Look up the names in one column of a CSV file.

    Comma, semicolon, tab or bar part the cells: whichever shows the column in the first line. Cells are kept as they
    came, and a byte-order mark too; a row without a place gets empty cells and 0 candidates. An added column whose name
    is taken has 'geocoded_' before it.

    Parameters
    ----------
    source : str
        A file, or '-' for standard input.
    column : str
        What the first line calls the column.
    find : callable
        Gives the places of a name, likeliest first.

    Raises
    ------
    ReadError
        If the file is no text, or no CSV with as many cells a line as the first line has.
    UsageError
        If it has no such column, or two; the text lists those it has.
    OSError
        If it can't be opened.

    Examples
    --------
    >>> import tempfile
    >>> from geostory.search import geocode_candidates
    >>> path = Path(tempfile.mkdtemp()) / "towns.csv"
    >>> _ = path.write_text("town\\nKiev\\n")
    >>> print(geocode_sheet(str(path), column="town", find=geocode_candidates).text.splitlines()[1])
    Kiev,Kyiv,50.45466,30.5238,UA,Kyiv City,PPLC,geonames:703448,3
    """
    where = "standard input" if source == "-" else source
    try:
        data = _bytes(source)
        sheet = _geocoded(_text(data), column.strip(), lru_cache(maxsize=4096)(find))
    except (ReadError, UsageError) as error:
        raise type(error)(f"{where}: {error}") from None
    return replace(sheet, text=_MARK + sheet.text) if data.startswith(BOM_UTF8) else sheet


def _bytes(source: str) -> bytes:
    if source == "-" and sys.stdin is None:
        raise ReadError("it is closed")
    with nullcontext(sys.stdin.buffer) if source == "-" else Path(source).open("rb") as stream:
        data = stream.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ReadError(f"it is larger than {_MOST_BYTES // 1_000_000} MB; split it")
    return data


def _text(data: bytes) -> str:
    try:
        text = decode(data).removeprefix(_MARK)
    except ValueError as error:
        raise ReadError(str(error)) from None
    if "\0" in text:
        raise ReadError("it holds NUL characters, which no CSV file does")
    if not text.strip():
        raise ReadError("it is empty")
    return text


def _geocoded(text: str, column: str, find: Callable[[str], Sequence[Candidate]]) -> Sheet:
    delimiter, header = _header(text, column)
    width, at, added = len(header), [cell.strip() for cell in header].index(column), _free(header)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([*header, *added])
    missing, rows, formulas = [], 0, 0
    records = _records(text, delimiter)
    next(records)
    for line, cells in records:
        if any(cells[width:]):
            much = f"{len(cells)} cells where the first line has {width}"
            raise ReadError(f"line {line} has {much}; put quotes around a cell that holds {delimiter!r}")
        cells = [*cells, *[""] * width][:width]
        found = find(cells[at].strip())
        row = candidate_row(found[0]) if found else {}
        writer.writerow([*cells, *(row.get(name, "") for name in ADDED[:-1]), len(found)])
        rows += 1
        formulas += sum(_FORMULA.match(cell) is not None for cell in cells)
        if not found:
            missing.append(f"{cells[at][:40]!r} (line {line})")
    notes = [
        f"there is a column {old!r}; the place's is {new!r}"
        for old, new in zip(ADDED, added, strict=True)
        if old != new
    ]
    if formulas:
        notes.append(f"cells that begin as formulas do: {formulas}, kept as they came; a spreadsheet may run them")
    if missing:
        more = ", ..." if len(missing) > 5 else ""
        notes.append(f"{len(missing)} of {rows} rows have no place: {', '.join(missing[:5])}{more}")
    return Sheet(text=out.getvalue(), notes=tuple(notes))


def _header(text: str, column: str) -> tuple[str, list[str]]:
    """What parts the cells, and those of the first line."""
    seen: list[list[str]] = []
    for delimiter in _DELIMITERS:
        try:
            _, header = next(_records(text, delimiter))
        except ReadError:
            continue
        count = [cell.strip() for cell in header].count(column)
        if count > 1:
            raise UsageError(f"{count} columns are called {column!r}; rename one")
        if count:
            return delimiter, header
        seen.append(header)
    if not seen:
        raise ReadError("its first line is not CSV: a quotation mark is not closed")
    names = ", ".join(repr(cell.strip()[:40]) for cell in max(seen, key=len)[:20])
    raise UsageError(f"there is no column {column!r}; the first line has {names}")


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(f"line {line} is not CSV ({error}); is a quotation mark not closed?") from None


def _free(header: Sequence[str]) -> list[str]:
    taken = {cell.strip().casefold() for cell in header}
    names = []
    for name in ADDED:
        while name in taken:
            name = f"geocoded_{name}"
        names.append(name)
    return names
