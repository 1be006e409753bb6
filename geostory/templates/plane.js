// The map's plane: its coordinate system for Leaflet, and boxes in it, which are no boxes of longitude and latitude.
geo.plane = (() => {
  const TURN = 2 * Math.PI;
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const deg = (radians) => (radians * 180) / Math.PI;
  const LEAST = 1e-12;
  const EDGES = { azimuthal: [0.9, 0.9], world: [2.7067 * 1.06, 1.3174 * 1.14] };

  // Lambert's azimuthal equal-area projection on a sphere of radius 1 (Snyder, USGS Professional Paper 1395, 1987, p. 185).
  function azimuthal({ lon, lat }) {
    const [sin0, cos0] = [Math.sin(rad(lat)), Math.cos(rad(lat))];
    return {
      project({ lat: phi, lng }) {
        const turn = rad(lng - lon);
        const [sin, cos] = [Math.sin(rad(phi)), Math.cos(rad(phi))];
        const k = Math.sqrt(2 / Math.max(LEAST, 1 + sin0 * sin + cos0 * cos * Math.cos(turn)));
        return L.point(k * cos * Math.sin(turn), k * (cos0 * sin - sin0 * cos * Math.cos(turn)));
      },
      unproject({ x, y }) {
        const rho = Math.hypot(x, y);
        if (!rho) return L.latLng(lat, lon);
        const c = 2 * Math.asin(Math.min(1, rho / 2));
        const phi = Math.asin(Math.max(-1, Math.min(1, Math.cos(c) * sin0 + (y * Math.sin(c) * cos0) / rho)));
        return L.latLng(deg(phi), lon + deg(Math.atan2(x * Math.sin(c), rho * cos0 * Math.cos(c) - y * sin0 * Math.sin(c))));
      },
      bounds: L.bounds([-2, -2], [2, 2]),
    };
  }

  // Equal Earth (Šavrič, Patterson and Jenny, IJGIS 33, 2019, p. 454).
  function world({ lon }) {
    const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
    const M = Math.sqrt(3) / 2;
    const up = (t) => t * (A1 + A2 * t ** 2 + t ** 6 * (A3 + A4 * t ** 2));
    const slope = (t) => A1 + 3 * A2 * t ** 2 + t ** 6 * (7 * A3 + 9 * A4 * t ** 2);
    return {
      project({ lat, lng }) {
        const theta = Math.asin(M * Math.sin(rad(lat)));
        return L.point((rad(lng - lon) * Math.cos(theta)) / (M * slope(theta)), up(theta));
      },
      unproject({ x, y }) {
        let theta = Math.max(-1.3173, Math.min(1.3173, y)) / A1;
        for (let i = 0; i < 12; i += 1) theta -= (up(theta) - Math.max(-1.3173, Math.min(1.3173, y))) / slope(theta);
        theta = Math.max(-Math.PI / 3, Math.min(Math.PI / 3, theta));
        const phi = Math.asin(Math.max(-1, Math.min(1, Math.sin(theta) / M)));
        return L.latLng(deg(phi), lon + deg((M * x * slope(theta)) / Math.cos(theta)));
      },
      bounds: L.bounds([-2.7067, -1.3174], [2.7067, 1.3174]),
    };
  }

  // Leaflet's coordinate system of a block: at each zoom as large, in the map's centre, as Web Mercator at the equator.
  function crs(spec) {
    if (spec.kind === "mercator") return L.CRS.EPSG3857;
    const transformation = L.transformation(1 / TURN, 0.5, -1 / TURN, 0.5);
    const projection = kept((spec.kind === "world" ? world : azimuthal)(spec));
    return L.extend({}, L.CRS.Earth, { code: `geostory:${spec.kind}`, projection, transformation, wrapLng: undefined });
  }

  // A projection that leaves with each position where it lies, since maps ask again for every zoom, path and label.
  function kept(projection) {
    return {
      ...projection,
      project(latlng) {
        if (latlng.laid?.projection !== projection) latlng.laid = { projection, ...projection.project(latlng) };
        return L.point(latlng.laid.x, latlng.laid.y); // callers change the point they get
      },
    };
  }

  // From radii of the plane to a share of the world's width, in which Leaflet's scales count.
  function unit(spec) {
    const shift = spec.kind === "mercator" ? rad(spec.lon) : 0;
    return (x, y) => [0.5 + (x + shift) / TURN, 0.5 - y / TURN];
  }

  // A box [left, top, right, bottom] in shares of the world's width, in the form that Leaflet takes bounds.
  class Bounds extends L.LatLngBounds {
    constructor(system, box) {
      super();
      Object.assign(this, { system, box });
      if (!(box[0] <= box[2] && box[1] <= box[3])) return;
      this._southWest = this._corner(0, 3);
      this._northEast = this._corner(2, 1);
    }

    _corner(x, y) {
      return this._at(this.box[x], this.box[y]);
    }

    _at(x, y) {
      return this.system.pointToLatLng(L.point(x, y).multiplyBy(this.system.scale(0)), 0);
    }

    getNorthWest() {
      return this._corner(0, 1);
    }

    getSouthEast() {
      return this._corner(2, 3);
    }

    getCenter() {
      return this._at((this.box[0] + this.box[2]) / 2, (this.box[1] + this.box[3]) / 2);
    }

    getSize() {
      return L.point(this.box[2] - this.box[0], this.box[3] - this.box[1]);
    }

    pad(share) {
      const { x, y } = this.getSize();
      const [a, b, c, d] = this.box;
      return new Bounds(this.system, [a - x * share, b - y * share, c + x * share, d + y * share]);
    }

    contains(other) {
      const [a, b, c, d] = boxOf(this.system, other);
      return a >= this.box[0] && b >= this.box[1] && c <= this.box[2] && d <= this.box[3];
    }

    intersects(other) {
      const [a, b, c, d] = boxOf(this.system, other);
      return c >= this.box[0] && d >= this.box[1] && a <= this.box[2] && b <= this.box[3];
    }
  }

  function boxOf(system, thing) {
    if (thing instanceof Bounds) return thing.system === system ? thing.box : of(system, outline(thing)).box;
    if (thing instanceof L.LatLngBounds) return around(system, [thing.getWest(), thing.getSouth(), thing.getEast(), thing.getNorth()]).box;
    const { x, y } = system.latLngToPoint(L.latLng(thing), 0).divideBy(system.scale(0));
    return [x, y, x, y];
  }

  // Positions [lon, lat] along the edge of a box.
  function outline(bounds) {
    const [left, top, right, bottom] = bounds.box;
    const shares = Array.from({ length: 9 }, (_, i) => i / 8);
    const edge = (x0, y0, x1, y1) => shares.slice(1).map((share) => [x0 + (x1 - x0) * share, y0 + (y1 - y0) * share]);
    const points = [...edge(left, top, right, top), ...edge(right, top, right, bottom), ...edge(right, bottom, left, bottom), ...edge(left, bottom, left, top)];
    return points.map(([x, y]) => {
      const { lat, lng } = bounds._at(x, y);
      return [lng, lat];
    });
  }

  // The box around positions [lon, lat].
  const of = (system, positions) => bounding(system, positions.map(([lng, lat]) => ({ lat, lng })));

  // The box around positions in the form that Leaflet has them.
  function bounding(system, corners) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const scale = system.scale(0);
    for (const corner of corners) {
      const { x, y } = system.latLngToPoint(corner, 0);
      box[0] = Math.min(box[0], x / scale);
      box[1] = Math.min(box[1], y / scale);
      box[2] = Math.max(box[2], x / scale);
      box[3] = Math.max(box[3], y / scale);
    }
    return new Bounds(system, box);
  }

  // The box around [west, south, east, north] in degrees.
  function around(system, [west, south, east, north]) {
    const shares = Array.from({ length: 13 }, (_, i) => i / 12);
    const across = shares.map((share) => west + (east - west) * share);
    const along = shares.map((share) => south + (north - south) * share);
    return of(system, [...across.flatMap((lon) => [[lon, south], [lon, north]]), ...along.flatMap((lat) => [[west, lat], [east, lat]])]);
  }

  // The box of the plane around others.
  function united(system, all) {
    const boxes = all.map((bounds) => boxOf(system, bounds));
    return new Bounds(system, [0, 1, 2, 3].map((i) => Math[i < 2 ? "min" : "max"](...boxes.map((box) => box[i]))));
  }

  // What a map shows now.
  function view(map) {
    const system = map.options.crs;
    const { min, max } = map.getPixelBounds();
    const scale = system.scale(map.getZoom());
    return new Bounds(system, [min.x / scale, min.y / scale, max.x / scale, max.y / scale]);
  }

  // All that a map may show: of Mercator room above and below the world for a card on what lies at its edge.
  function limits(spec, system) {
    const top = Math.asinh(Math.tan(rad(87.5)));
    const [x, y] = EDGES[spec.kind] || [Math.PI, top];
    const to = unit(spec);
    return new Bounds(system, [...to(-x, y), ...to(x, -y)]);
  }

  // The outline of the globe in shares of the world's width, where a map shows it.
  function globe(spec) {
    if (spec.kind !== "world") return null;
    const { project } = world(spec);
    const to = unit(spec);
    const lats = Array.from({ length: 91 }, (_, i) => 90 - 2 * i);
    return [...lats.map((lat) => [lat, spec.lon + 180]), ...lats.reverse().map((lat) => [lat, spec.lon - 180])].map(([lat, lng]) => {
      const { x, y } = project({ lat, lng });
      return to(x, y);
    });
  }

    // A box in the pixels of a map.
  function pixels(map, bounds) {
    const [left, top, right, bottom] = boxOf(map.options.crs, bounds);
    const scale = map.options.crs.scale(map.getZoom());
    const { x, y } = map.getPixelOrigin().subtract(map.layerPointToContainerPoint([0, 0]));
    return [left * scale - x, top * scale - y, right * scale - x, bottom * scale - y];
  }

  return { crs, unit, Bounds, of, bounding, around, united, view, limits, globe, outline, pixels };
})();
