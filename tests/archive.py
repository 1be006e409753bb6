"""A small PMTiles file made for a test, by version 3 of https://github.com/protomaps/PMTiles, and servers for it."""

import gzip
import io
import json
import re
import struct
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, pairwise
from pathlib import Path

from PIL import Image

COLOURS = (10, 200, 30), (30, 10, 200)


def number(z, x, y):
    """A tile's number: the tiles of all lower zooms, and its step on Hilbert's curve over its own zoom."""
    n, step = 1 << z, 0
    side = n >> 1
    while side:
        right, down = int(bool(x & side)), int(bool(y & side))
        step += side * side * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = n - 1 - x, n - 1 - y
            x, y = y, x
        side >>= 1
    return (4**z - 1) // 3 + step


def _varint(value):
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def _directory(entries):
    """Entries (number, run, length, offset) as the file has them."""
    ids = [0, *(entry[0] for entry in entries)]
    columns = [[b - a for a, b in pairwise(ids)], *([entry[i] for entry in entries] for i in (1, 2))]
    offsets = [entry[3] + 1 for entry in entries]
    return gzip.compress(b"".join(map(_varint, [len(entries), *chain(*columns), *offsets])), mtime=0)


def _picture(colour):
    made = io.BytesIO()
    Image.new("RGB", (256, 256), colour).save(made, "PNG")
    return made.getvalue()


def archive(zooms=range(5), *, kind=2, attribution="Our <b>own</b> tiles", leaves=True, version=3):
    """The bytes of a file whose tiles are of two colours in turn, as a chessboard's fields."""
    pictures = [_picture(colour) for colour in COLOURS]
    tile, starts = b"".join(pictures), (0, len(pictures[0]))
    ids = sorted(
        (number(z, x, y), 1, len(pictures[(x + y) % 2]), starts[(x + y) % 2])
        for z in zooms
        for x in range(1 << z)
        for y in range(1 << z)
    )
    low, rest = ids[:5], ids[5:]
    leaf = _directory(rest) if leaves and rest else b""
    root = _directory([*low, (rest[0][0], 0, len(leaf), 0)] if leaf else ids)
    told = gzip.compress(json.dumps({"name": "Green world", "attribution": attribution}).encode(), mtime=0)
    spans, at = [], 127
    for part in (root, told, leaf, tile):
        spans += [at, len(part)]
        at += len(part)
    head = b"PMTiles" + bytes([version]) + struct.pack("<8Q", *spans) + struct.pack("<3Q", len(ids), len(ids), 1)
    head += bytes([0, 2, 1, kind, min(zooms), max(zooms)])
    head += struct.pack("<4i", -1800000000, -850000000, 1800000000, 850000000) + bytes([0]) + struct.pack("<2i", 0, 0)
    return head + root + told + leaf + tile


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


class _Ranges(_Quiet):
    """Answers a request for a range with that range, as web servers do."""

    def do_GET(self):
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range") or "")
        if not wanted:
            super().do_GET()
            return
        whole = Path(self.translate_path(self.path)).read_bytes()
        first, last = int(wanted[1]), min(int(wanted[2]), len(whole) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(whole)}")
        self.send_header("Content-Length", str(last - first + 1))
        self.end_headers()
        self.wfile.write(whole[first : last + 1])


@contextmanager
def served(folder, *, ranges):
    """The address of a folder on a server that knows ranges, or gives whole files only as Python's own does."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Ranges if ranges else _Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
