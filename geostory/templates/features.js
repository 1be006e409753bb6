// The story's layers on a map: one group of Leaflet paths for each feature, switched by layer.
geo.features = (() => {
  const PANE = { region: "areas", area: "areas", line: "lines", arrow: "lines", dot: "points", ring: "points" };
  const TINY = 12; // pixels: an area smaller than this is drawn as a dot
  const VAST = 8; // map widths and heights

  function bounds(feature, crs) {
    const { type, coordinates } = feature.geometry;
    const depth = { Point: -1, LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[type];
    return geo.plane.of(crs, depth < 0 ? [coordinates] : coordinates.flat(depth));
  }

  function shape(feature, options) {
    const { type, coordinates } = feature.geometry;
    if (options.radius) {
      const [lon, lat] = type === "Point" ? coordinates : feature.label_at;
      return L.circleMarker([lat, lon], options);
    }
    if (type.endsWith("LineString")) {
      const depth = type === "LineString" ? 0 : 1;
      return L.polyline(L.GeoJSON.coordsToLatLngs(coordinates, depth), { ...options, noClip: true });
    }
    if (type.endsWith("Polygon")) {
      const rings = L.GeoJSON.coordsToLatLngs(coordinates, type === "Polygon" ? 1 : 2);
      return L.polygon(rings, { ...options, smoothFactor: 0.2 }); // arcs stay round
    }
    return null;
  }

  class Drawing {
    // `choose(entry, latlng)` is called when a reader points at a feature; without it the drawing is only to look at.
    constructor(map, layers, choose = null) {
      this.map = map;
      this.choose = choose;
      this.veiled = new Set();
      this.on = new Map();
      for (const [name, index] of [["areas", 410], ["lines", 420], ["points", 430]]) {
        map.createPane(name).style.zIndex = index;
        map.getPane(name).setAttribute("aria-hidden", "true");
      }
      this.renderers = Object.fromEntries(["areas", "lines", "points"].map((pane) => [pane, L.svg({ pane, padding: 0.5 })]));
      this.entries = layers.flatMap((layer) => layer.features.map((feature) => this._entry(layer, feature)));
      for (const layer of layers) this.on.set(layer.id, layer.on);
      map.on("zoomend", () => this.refresh());
      this.refresh();
    }

    _entry(layer, feature) {
      const entry = { feature, layer, id: feature.id, bounds: bounds(feature, this.map.options.crs), at: L.latLng(feature.label_at[1], feature.label_at[0]) };
      if (feature.geometry.type === "Point") entry.at = entry.bounds.getCenter();
      return this._drawn(entry);
    }

    _drawn(entry) {
      const { feature } = entry;
      entry.group = this._group(entry, feature);
      entry.dot = feature.kind === "area" || feature.kind === "region" ? this._group(entry, { ...feature, kind: "dot", hatch: "" }) : null;
      return entry;
    }

    // After regions' looks were switched.
    renew() {
      for (const entry of this.entries.filter(({ layer }) => layer.id === "regions")) {
        for (const group of [entry.group, entry.dot]) group?.remove();
        this._drawn(entry);
      }
      this.refresh();
    }

    _group(entry, style) {
      const group = L.featureGroup();
      for (const options of geo.symbols.paths(style)) {
        const pane = options.radius ? "points" : PANE[style.kind];
        const path = shape(entry.feature, {
          interactive: Boolean(this.choose),
          ...options,
          ...(this.choose ? {} : { interactive: false }),
          pane,
          renderer: this.renderers[pane],
          bubblingMouseEvents: false,
          className: `feature feature-${style.kind}`,
        });
        if (!path) continue;
        path.on("add", () => {
          path.getElement().dataset.of = entry.id;
          geo.symbols.ticks(path.getElement(), options);
        });
        group.addLayer(path);
      }
      if (style.kind === "disc") group.addLayer(this._number(entry));
      if (this.choose) group.on("click", (event) => this.choose(entry, event.latlng));
      return group;
    }

    // The number on an event's disc: text of the page, over the disc that is drawn.
    _number(entry) {
      const html = geo.text.el("span", {}, String(entry.feature.number));
      const icon = L.divIcon({ className: "disc-number", html, iconSize: [22, 22] });
      return L.marker(entry.at, { icon, pane: "points", interactive: false, keyboard: false, zIndexOffset: 1e4 });
    }

    // Whether a feature's area is too small to see at this zoom.
    tiny(entry) {
      if (!entry.dot) return false;
      const size = this.pixels(entry);
      return Math.max(size.x, size.y) < TINY;
    }

    pixels(entry) {
      return entry.bounds.getSize().multiplyBy(this.map.options.crs.scale(this.map.getZoom()));
    }

    // Put on the map what is switched on and not shown better in an inset; large areas lie under small ones.
    refresh() {
      const shown = new Set(this.shown());
      for (const entry of this.entries) {
        const tiny = this.tiny(entry);
        this._put(entry.group, shown.has(entry) && !tiny);
        if (entry.dot) this._put(entry.dot, shown.has(entry) && tiny);
      }
      const size = ({ bounds }) => bounds.getSize().x * bounds.getSize().y;
      [...shown].filter((entry) => entry.dot).sort((a, b) => size(b) - size(a)).forEach((entry) => entry.group.bringToFront());
    }

    _put(group, wanted) {
      if (wanted && !this.map.hasLayer(group)) group.addTo(this.map);
      if (!wanted && this.map.hasLayer(group)) group.remove();
    }

    shown() {
      return this.entries.filter((entry) => this.on.get(entry.layer.id) && !entry.feature.absent && !this.veiled.has(entry.id) && !this.vast(entry));
    }

    // Whether the view lies so deep in an area that its outline, drawn for a smaller scale, would only mislead.
    vast(entry) {
      if (entry.feature.kind !== "area") return false;
      const [size, view] = [this.pixels(entry), this.map.getSize()];
      return Math.min(size.x / view.x, size.y / view.y) > VAST;
    }

    show(layerId, on) {
      this.on.set(layerId, on);
      this.refresh();
    }

    veil(ids) {
      this.veiled = ids;
      this.refresh();
    }
  }

  return { Drawing, bounds };
})();
