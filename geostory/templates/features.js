// The story's layers on a map: one group of Leaflet paths for each feature, switched by layer.
geo.features = (() => {
  const PANE = { region: "areas", area: "areas", line: "lines", arrow: "lines", dot: "points", ring: "points" };
  const TINY = 12; // pixels: an area smaller than this is drawn as a dot
  const VAST = 8; // map widths and heights

  const DEPTH = { Point: -1, MultiPoint: 0, LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 };

  // A geometry's corners for Leaflet, nested as in GeoJSON; the same ones for every path and map, since they keep their place in the plane.
  function corners(geometry) {
    const { type, coordinates } = geometry;
    return (geometry.corners ??= DEPTH[type] < 0 ? [L.latLng(coordinates[1], coordinates[0])] : L.GeoJSON.coordsToLatLngs(coordinates, DEPTH[type]));
  }

  const bounds = ({ geometry }, crs) => geo.plane.bounding(crs, corners(geometry).flat(Math.max(0, DEPTH[geometry.type])));

  // The rings of an area, as lists of corners.
  const rings = ({ geometry }) => (geometry.type.endsWith("Polygon") ? corners(geometry).flat(DEPTH[geometry.type] - 1) : []);

  function shape(feature, options) {
    const { type, coordinates } = feature.geometry;
    if (options.radius) {
      const [lon, lat] = type === "Point" ? coordinates : feature.label_at;
      return L.circleMarker([lat, lon], options);
    }
    if (type.endsWith("LineString")) return L.polyline(corners(feature.geometry), { ...options, noClip: true });
    if (type.endsWith("Polygon")) return L.polygon(corners(feature.geometry), { ...options, smoothFactor: 0.2 }); // arcs stay round
    return null;
  }

  // Many points on one canvas: no element each, so that tens of thousands move with the map.
  const Dots = L.Renderer.extend({
    initialize(feature, crs, options) {
      L.Renderer.prototype.initialize.call(this, options);
      const scale = crs.scale(0);
      this._style = geo.symbols.paths(feature)[0];
      this._color = feature.color;
      this._at = feature.geometry.coordinates.map(([lon, lat]) => crs.latLngToPoint(L.latLng(lat, lon), 0).divideBy(scale));
      this._positions = feature.geometry.coordinates;
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
    },

    _destroyContainer() {
      L.DomUtil.remove(this._container);
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(size.x * ratio);
      this._container.height = Math.round(size.y * ratio);
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      const context = this._container.getContext("2d");
      const css = getComputedStyle(this._map.getContainer());
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.beginPath();
      const { radius, weight } = this._style;
      for (const { x, y } of this._pixels(size)) {
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      Object.assign(context, { strokeStyle: css.getPropertyValue("--focus_land"), lineWidth: weight, fillStyle: css.getPropertyValue(`--${this._color}`) });
      context.stroke();
      context.fill();
    },

    // The points in the pixels of the canvas, of several on one pixel the first.
    _pixels(size) {
      const scale = this._map.options.crs.scale(this._map.getZoom());
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const seen = new Set();
      return this._at
        .map((at) => ({ x: at.x * scale - origin.x, y: at.y * scale - origin.y }))
        .filter(({ x, y }) => {
          if (x < -9 || y < -9 || x > size.x + 9 || y > size.y + 9) return false;
          const cell = Math.round(x) * 65536 + Math.round(y);
          return !seen.has(cell) && seen.add(cell);
        });
    },

    // The position of the dot under a point of the map, if there is one.
    under(latlng) {
      const here = this._map.latLngToLayerPoint(latlng);
      const scale = this._map.options.crs.scale(this._map.getZoom());
      const origin = this._map.getPixelOrigin();
      const near = this._style.radius + 3;
      const hit = this._at.findIndex((at) => Math.hypot(at.x * scale - origin.x - here.x, at.y * scale - origin.y - here.y) < near);
      return hit < 0 ? null : L.latLng(this._positions[hit][1], this._positions[hit][0]);
    },
  });

  class Drawing {
    // `choose(entry, latlng)` is called when a reader points at a feature; without it the drawing is only to look at.
    constructor(map, layers, choose = null) {
      this.map = map;
      this.choose = choose;
      this.veiled = new Set();
      this.on = new Map();
      for (const [name, index] of [["areas", 410], ["dots", 415], ["lines", 420], ["points", 430]]) {
        map.createPane(name).style.zIndex = index;
        map.getPane(name).setAttribute("aria-hidden", "true");
      }
      this.renderers = Object.fromEntries(["areas", "lines", "points"].map((pane) => [pane, L.svg({ pane, padding: 0.5 })]));
      this.entries = layers.flatMap((layer) => layer.features.map((feature) => this._entry(layer, feature)));
      for (const layer of layers) this.on.set(layer.id, layer.on);
      map.on("zoomend", () => this.refresh());
    }

    // Nothing is drawn before the map stands where it will stay.
    start() {
      this.started = true;
      this.refresh();
    }

    _entry(layer, feature) {
      const entry = { feature, layer, id: feature.id, bounds: bounds(feature, this.map.options.crs), at: L.latLng(feature.label_at[1], feature.label_at[0]) };
      if (feature.geometry.type === "Point") entry.at = entry.bounds.getCenter();
      entry.wide = feature.kind === "area" || feature.kind === "region";
      entry.made = {};
      return entry;
    }

    // After regions' looks were switched.
    renew() {
      for (const entry of this.entries.filter(({ layer }) => layer.id === "regions")) {
        for (const group of Object.values(entry.made)) group.remove();
        entry.made = {};
      }
      this.refresh();
    }

    _group(entry, style) {
      const group = L.featureGroup();
      if (style.kind === "dots") {
        const dots = new Dots(entry.feature, this.map.options.crs, { pane: "dots", padding: 0.25 });
        if (this.choose) {
          this.map.on("click", ({ latlng }) => {
            const at = this.map.hasLayer(dots) && dots.under(latlng);
            if (at) this.choose(entry, at);
          });
        }
        return group.addLayer(dots);
      }
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
      if (!entry.wide) return false;
      const size = this.pixels(entry);
      return Math.max(size.x, size.y) < TINY;
    }

    pixels(entry) {
      return entry.bounds.getSize().multiplyBy(this.map.options.crs.scale(this.map.getZoom()));
    }

    // Put on the map what is switched on and not shown better in an inset; large areas lie under small ones.
    refresh() {
      if (!this.started) return;
      const shown = new Set(this.shown());
      for (const entry of this.entries) {
        const tiny = this.tiny(entry);
        this._put(entry, "own", shown.has(entry) && !tiny);
        this._put(entry, "dot", shown.has(entry) && tiny);
      }
      const size = ({ bounds }) => bounds.getSize().x * bounds.getSize().y;
      [...shown].filter((entry) => entry.wide && entry.made.own).sort((a, b) => size(b) - size(a)).forEach((entry) => entry.made.own.bringToFront());
    }

    // A feature in its own look or, where it is too small, as a dot: made when it is first wanted.
    _put(entry, look, wanted) {
      if (wanted) entry.made[look] ??= this._group(entry, look === "dot" ? { ...entry.feature, kind: "dot", hatch: "" } : entry.feature);
      const group = entry.made[look];
      if (wanted && !this.map.hasLayer(group)) group.addTo(this.map);
      if (!wanted && group && this.map.hasLayer(group)) group.remove();
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

  return { Drawing, bounds, rings };
})();
