// Tiles of others on our ground, where an editor asked for them; without a network the ground below shows.
geo.tiles = (() => {
  const { link } = geo.text;

  function layer(map, { url, servers, zooms }) {
    L.tileLayer(url, { subdomains: servers.length ? servers : "abc", minZoom: zooms[0], maxNativeZoom: zooms[1] }).addTo(map);
  }

  // What follows the map's own credits.
  function credit({ tiles }) {
    return tiles ? [". Tiles: ", ...tiles.credit.map(([words, address]) => (address ? link(words, address) : words))] : [];
  }

  return { layer, credit };
})();
