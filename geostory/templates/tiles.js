// Tiles of others on our ground, where an editor asked for them; without a network the ground below shows.
geo.tiles = (() => {
  const { el, link, say } = geo.text;

  // `lost()` is called where a file's tiles can't be read, and its line stands on the map.
  function layer(map, { tiles, pmtiles }, lost) {
    if (!pmtiles) {
      const { url, servers, zooms } = tiles;
      L.tileLayer(url, { subdomains: servers.length ? servers : "abc", minZoom: zooms[0], maxNativeZoom: zooms[1] }).addTo(map);
      return;
    }
    const refused = (word) => {
      geo.controls.control("topleft", el("p", { class: "tiles-lost", role: "status" }, say(word))).addTo(map);
      queueMicrotask(lost); // the map is still being put together
    };
    // Browsers let no page that was opened from a disk read other files.
    if (window.location.protocol === "file:") {
      refused("tiles_disk");
      return;
    }
    const drawn = new geo.pmtiles.Layer({ ...tiles, ...pmtiles }, () => {
      drawn.remove();
      refused("tiles_lost");
    }).addTo(map);
  }

  // What follows the map's own credits.
  function credit({ tiles }) {
    return tiles?.credit.length ? [". Tiles: ", ...tiles.credit.map(([words, address]) => (address ? link(words, address) : words))] : [];
  }

  return { layer, credit };
})();
