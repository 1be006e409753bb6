// Folium children that an analyst adds: their scripts run after ours, on the same map.
geo.children = (() => {
  // Layers of plain longitudes, brought into the story's world, which may run beyond 180°.
  function receive(map, [west, east]) {
    const turn = (lon) => (lon < west - 1e-6 ? 360 : lon > east + 1e-6 ? -360 : 0);
    const shifted = (part, by) => (Array.isArray(part) ? part.map((one) => shifted(one, by)) : L.latLng(part.lat, part.lng + by));
    map.on("layeradd", ({ layer }) => {
      if (layer.getLatLng && layer.setLatLng) {
        const at = layer.getLatLng();
        if (at && turn(at.lng)) layer.setLatLng([at.lat, at.lng + turn(at.lng)]);
      } else if (layer.getLatLngs && layer.setLatLngs && layer.getBounds().isValid()) {
        const by = turn(layer.getBounds().getCenter().lng);
        if (by) layer.setLatLngs(shifted(layer.getLatLngs(), by));
      }
    });
  }

  return { receive };
})();
