// Tiles out of one PMTiles file beside the page, by ranges of its bytes (version 3 of Protomaps' specification).
geo.pmtiles = (() => {
  const FIRST = 16384; // bytes with the header and the root directory
  const MOST = 64e6; // bytes: a server without ranges gives the whole file, which may be no larger
  const DEPTH = 4; // directories from the root to a tile
  const GZIP = 2;

  class Archive {
    constructor(address) {
      this.address = address;
      this.directories = new Map();
      this.head = this._head();
    }

    async _bytes(offset, length) {
      if (this.whole) return this.whole.subarray(offset, offset + length);
      const answer = await fetch(this.address, { headers: { Range: `bytes=${offset}-${offset + length - 1}` }, credentials: "same-origin" });
      if (answer.status === 206) return new Uint8Array(await answer.arrayBuffer());
      const size = Number(answer.headers.get("Content-Length") ?? 0);
      if (answer.status !== 200 || size > MOST) {
        answer.body?.cancel();
        throw new Error(answer.status === 200 ? `${this.address}: ${size} bytes, and the server gives no ranges` : `${this.address}: ${answer.status}`);
      }
      this.whole = new Uint8Array(await answer.arrayBuffer());
      return this.whole.subarray(offset, offset + length);
    }

    async _head() {
      const bytes = await this._bytes(0, FIRST);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (bytes.length < 127 || String.fromCharCode(...bytes.subarray(0, 7)) !== "PMTiles" || bytes[7] !== 3) throw new Error(`${this.address}: no PMTiles file`);
      const at = (place) => view.getUint32(place, true) + 2 ** 32 * view.getUint32(place + 4, true);
      const head = { leaves: at(40), tiles: at(56), packed: bytes[97] === GZIP };
      const root = bytes.slice(at(8), at(8) + at(16));
      this.directories.set(0, unpacked(root, head.packed).then(entries));
      return head;
    }

    // A directory of the leaves by where it lies; each is read once.
    _directory(head, offset, length) {
      if (!this.directories.has(offset)) {
        const read = this._bytes(offset, length).then((bytes) => unpacked(bytes, head.packed)).then(entries);
        read.catch(() => this.directories.delete(offset));
        this.directories.set(offset, read);
      }
      return this.directories.get(offset);
    }

    // The bytes of a tile, or null where there is none.
    async tile(z, x, y) {
      const head = await this.head;
      const wanted = number(z, x, y);
      let [offset, length] = [0, 0];
      for (let depth = 0; depth < DEPTH; depth += 1) {
        const found = entry(await this._directory(head, offset, length), wanted);
        if (!found) return null;
        if (found.run) return this._bytes(head.tiles + found.offset, found.length);
        [offset, length] = [head.leaves + found.offset, found.length];
      }
      return null;
    }
  }

  async function unpacked(bytes, packed) {
    if (!packed) return bytes;
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // A directory's columns: numbers of the first tiles as steps, runs of equal tiles, lengths, offsets plus one.
  function entries(bytes) {
    let at = 0;
    const next = () => {
      let [value, unit] = [0, 1];
      for (;;) {
        if (at >= bytes.length) throw new Error("a directory is cut short");
        const byte = bytes[at++];
        value += (byte & 127) * unit;
        if (byte < 128) return value;
        unit *= 128;
      }
    };
    const made = Array.from({ length: Math.min(next(), bytes.length) }, () => ({}));
    let id = 0;
    for (const one of made) one.id = id += next();
    for (const one of made) one.run = next();
    for (const one of made) one.length = next();
    made.forEach((one, i) => {
      const said = next();
      one.offset = said || !i ? said - 1 : made[i - 1].offset + made[i - 1].length;
    });
    return made;
  }

  // The entry with a tile, or the one that leads on to it.
  function entry(directory, wanted) {
    let [low, high] = [0, directory.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (directory[middle].id <= wanted) low = middle + 1;
      else high = middle;
    }
    const found = directory[low - 1];
    return found && (!found.run || wanted < found.id + found.run) ? found : null;
  }

  // A tile's number: those of all lower zooms, and its place on Hilbert's curve over its own.
  function number(z, x, y) {
    let id = (4 ** z - 1) / 3;
    for (let side = 2 ** (z - 1); side >= 1; side /= 2) {
      const [right, down] = [x >= side ? 1 : 0, y >= side ? 1 : 0];
      id += side * side * ((3 * right) ^ down);
      [x, y] = [x - right * side, y - down * side];
      if (down) continue;
      if (right) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
    return id;
  }

  const Layer = L.GridLayer.extend({
    initialize({ url, picture, zooms }, lost) {
      L.GridLayer.prototype.initialize.call(this, { minZoom: zooms[0], maxNativeZoom: zooms[1] });
      this._archive = new Archive(url);
      this._picture = picture;
      this._archive.head.catch((error) => lost(error));
    },

    createTile({ z, x, y }, done) {
      const image = L.DomUtil.create("img");
      image.alt = "";
      image.setAttribute("role", "presentation");
      this._archive
        .tile(z, x, y)
        .then((bytes) => {
          if (!bytes) return done(null, image);
          const address = URL.createObjectURL(new Blob([bytes], { type: this._picture }));
          const over = (error) => {
            URL.revokeObjectURL(address);
            done(error, image);
          };
          image.onload = () => over(null);
          image.onerror = () => over(new Error("no picture"));
          image.src = address;
        })
        .catch((error) => done(error, image));
      return image;
    },
  });

  return { Archive, Layer, number };
})();
