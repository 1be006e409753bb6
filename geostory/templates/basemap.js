// The ground: land, water, lakes, coast and borders from the block's patches, painted on one canvas under the story.
geo.basemap = (() => {
  const TILE = 256;
  const RINGS = ["land", "focus_land", "lakes"];
  const LINES = ["borders", "borders_disputed", "borders1"];
  const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUES = new Map([...SIGNS].map((sign, value) => [sign, value]));
  const INNER_BORDERS_FROM = 4;

  // Whole numbers out of text: five bits a sign, the lowest first; a sign of 32 or more says that more follow.
  function numbers(text) {
    const found = [];
    let value = 0;
    let shift = 0;
    for (const sign of text) {
      const bits = VALUES.get(sign);
      value += (bits & 31) * 2 ** shift;
      shift += 5;
      if (bits > 31) continue;
      found.push(value % 2 ? -(value + 1) / 2 : value / 2);
      value = shift = 0;
    }
    return found;
  }

  // Steps of q radii of the plane into shares of the world's width, with their own box.
  function stroke(text, q, unit) {
    const steps = numbers(text);
    const count = steps.length / 2;
    const xs = new Float64Array(count);
    const ys = new Float64Array(count);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let x = 0;
    let y = 0;
    for (let i = 0; i < count; i += 1) {
      x += steps[2 * i];
      y += steps[2 * i + 1];
      [xs[i], ys[i]] = unit(x * q, y * q);
      box[0] = Math.min(box[0], xs[i]);
      box[1] = Math.min(box[1], ys[i]);
      box[2] = Math.max(box[2], xs[i]);
      box[3] = Math.max(box[3], ys[i]);
    }
    return { xs, ys, box };
  }

  // A function that lays a stroke of one plane into another.
  function relaying(from, to) {
    const scale = [from.scale(0), to.scale(0)];
    return ({ xs, ys }) => {
      const laid = { xs: new Float64Array(xs.length), ys: new Float64Array(ys.length), box: [Infinity, Infinity, -Infinity, -Infinity] };
      for (let i = 0; i < xs.length; i += 1) {
        const { x, y } = to.latLngToPoint(from.pointToLatLng(L.point(xs[i], ys[i]).multiplyBy(scale[0]), 0), 0).divideBy(scale[1]);
        laid.xs[i] = x;
        laid.ys[i] = y;
        laid.box = [Math.min(laid.box[0], x), Math.min(laid.box[1], y), Math.max(laid.box[2], x), Math.max(laid.box[3], y)];
      }
      return laid;
    };
  }

  // A patch's strokes are read when it is first drawn: most are for other zooms.
  function lazily(patch, name, make) {
    Object.defineProperty(patch, name, {
      configurable: true,
      enumerable: true,
      get() {
        const value = make();
        Object.defineProperty(patch, name, { value, enumerable: true });
        return value;
      },
    });
  }

  function relaid(patch, from, to) {
    const frame = patch.box && new geo.plane.Bounds(from, patch.box);
    const made = { minZoom: patch.minZoom, box: frame && geo.plane.united(to, [frame]).box };
    for (const name of [...RINGS, ...LINES]) lazily(made, name, () => patch[name].map(relaying(from, to)));
    made.edge = frame && geo.plane.outline(frame).map(([lon, lat]) => to.latLngToPoint(L.latLng(lat, lon), 0).divideBy(to.scale(0)));
    return made;
  }

  // A patch in the plane of its own small map, and the same laid into the plane of the main one.
  function own(patch, main) {
    const crs = geo.plane.crs(patch.crs);
    const made = decode(patch, geo.plane.unit(patch.crs));
    return { crs, frame: new geo.plane.Bounds(crs, made.box), patch: Object.create(made, { minZoom: { value: 0 } }), main: relaid(made, crs, main) };
  }

  // What of the main map's ground lies under a box of another plane, with a finer patch there.
  function under(patches, from, bounds, finer) {
    const box = geo.plane.united(from, [bounds]).box;
    const deepest = patches.findLast((patch) => !patch.edge && (!patch.box || within(box, patch.box)));
    const near = { edge: deepest.edge, box: null, minZoom: 0 };
    for (const name of [...RINGS, ...LINES]) near[name] = deepest[name].filter((stroke) => !apart(stroke.box, box));
    return [relaid(near, from, bounds.system), finer];
  }

  function decode(patch, unit) {
    const made = { minZoom: patch.min_zoom || 0, box: null };
    if (patch.box) {
      const [x0, y0, x1, y1] = patch.box;
      made.box = [...unit(x0, y1), ...unit(x1, y0)];
    }
    for (const name of [...RINGS, ...LINES]) lazily(made, name, () => (patch[name] || []).map((steps) => stroke(steps, patch.q, unit)));
    return made;
  }

  const apart = (a, b) => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];
  const within = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

  const Basemap = L.Renderer.extend({
    options: { pane: "basemap", padding: 0.25 },

    initialize(patches, options) {
      L.Renderer.prototype.initialize.call(this, options);
      this._patches = patches;
      this._globe = patches.globe;
    },

    // Other patches in place of those that it had.
    lay(patches) {
      this._patches = patches;
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._container.setAttribute("aria-hidden", "true");
    },

    _destroyContainer() {
      this._container.remove();
      delete this._container;
    },

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = Math.min(3, Math.max(1, window.devicePixelRatio || 1));
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(size.x * ratio);
      this._container.height = Math.round(size.y * ratio);
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this._ratio = ratio;
      this._paint(this._container.getContext("2d", { willReadFrequently: true }), size, ratio);
      this.fire("update");
    },

    redraw() {
      if (this._map) this._update();
    },

    // Whether the ground is water at a point of the map, in its own pixels.
    waterAt(x, y) {
      const at = this._map.containerPointToLayerPoint([x, y]).subtract(this._bounds.min).multiplyBy(this._ratio);
      const [red, green, blue] = this._container.getContext("2d").getImageData(Math.round(at.x), Math.round(at.y), 1, 1).data;
      return red + green + blue > 0 && Math.abs(red - this._water[0]) + Math.abs(green - this._water[1]) + Math.abs(blue - this._water[2]) < 4;
    },

    _paint(context, size, ratio) {
      const css = getComputedStyle(this._map.getContainer());
      const color = (token) => css.getPropertyValue(`--${token}`).trim();
      const scale = TILE * 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const sheet = {
        context,
        scale,
        x: origin.x,
        y: origin.y,
        view: [origin.x / scale, origin.y / scale, (origin.x + size.x) / scale, (origin.y + size.y) / scale],
      };
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.lineJoin = "round";
      context.fillStyle = color("water");
      context.fillRect(0, 0, size.x, size.y);
      this._water = context.getImageData(0, 0, 1, 1).data;
      if (this._globe) {
        context.fillStyle = color("paper");
        context.fillRect(0, 0, size.x, size.y);
        context.beginPath();
        for (const [x, y] of this._globe) context.lineTo(x * scale - sheet.x, y * scale - sheet.y);
        context.closePath();
        context.clip();
        context.fillStyle = color("water");
        context.fillRect(0, 0, size.x, size.y);
      }
      for (const patch of this._visible(sheet.view)) this._patch(sheet, patch, color);
    },

    // Patches that this zoom and view show; what a finer one covers wholly is left out.
    _visible(view) {
      const zoom = this._map.getZoom();
      const shown = this._patches.filter((patch) => patch.minZoom <= zoom + 0.01 && !(patch.box && apart(patch.box, view)));
      const cover = shown.findLastIndex((patch) => patch.box && !patch.edge && within(view, patch.box));
      return cover > 0 ? shown.slice(cover) : shown;
    },

    _patch(sheet, patch, color) {
      const { context } = sheet;
      context.save();
      if (patch.box) {
        // Whole pixels inside the patch, so that no half-covered one lets the water through at its edge.
        const edge = patch.box.map((value, i) => value * sheet.scale - (i % 2 ? sheet.y : sheet.x));
        const [left, top, right, bottom] = edge.map((value, i) => (i < 2 ? Math.ceil(value) : Math.floor(value)));
        context.beginPath();
        if (patch.edge) for (const { x, y } of patch.edge) context.lineTo(x * sheet.scale - sheet.x, y * sheet.scale - sheet.y);
        else context.rect(left, top, right - left, bottom - top);
        context.clip();
        context.fillStyle = color("water");
        context.fillRect(left, top, right - left, bottom - top);
      }
      this._fill(sheet, patch.land, color("land"));
      this._on(sheet, patch.land, patch.focus_land, color("focus_land"));
      this._fill(sheet, patch.lakes, color("water"));
      this._line(sheet, patch.lakes, color("coast"), geo.lines.lake, [], true);
      if (this._map.getZoom() >= INNER_BORDERS_FROM) this._line(sheet, patch.borders1, color("border1"), geo.lines.border1, [1.5, 2.5]);
      this._line(sheet, patch.land, color("coast"), geo.lines.coast, [], true);
      this._line(sheet, patch.borders, color("border"), geo.lines.border, []);
      this._line(sheet, patch.borders_disputed, color("border"), geo.lines.border_disputed, [5, 3.5]);
      context.restore();
    },

    _fill(sheet, rings, style) {
      if (!rings.length) return;
      this._trace(sheet, rings, true);
      sheet.context.fillStyle = style;
      // Rings and their holes run in opposite directions.
      sheet.context.fill("nonzero");
    },

    // Rings where they lie on others: the story's countries are outlined loosely.
    _on(sheet, ground, rings, style) {
      if (!rings.length) return;
      sheet.context.save();
      this._trace(sheet, ground, true);
      sheet.context.clip("nonzero");
      this._fill(sheet, rings, style);
      sheet.context.restore();
    },

    _line(sheet, strokes, style, width, dash, closed = false) {
      if (!strokes.length) return;
      this._trace(sheet, strokes, closed);
      Object.assign(sheet.context, { strokeStyle: style, lineWidth: width });
      sheet.context.setLineDash(dash);
      sheet.context.stroke();
    },

    _trace(sheet, strokes, closed) {
      const { context, scale, x, y, view } = sheet;
      context.beginPath();
      for (const { xs, ys, box } of strokes) {
        if (apart(box, view)) continue;
        const last = xs.length - 1;
        let px = xs[0] * scale - x;
        let py = ys[0] * scale - y;
        context.moveTo(px, py);
        for (let i = 1; i <= last; i += 1) {
          const nx = xs[i] * scale - x;
          const ny = ys[i] * scale - y;
          // Steps below half a pixel do not show.
          if (i < last && Math.abs(nx - px) + Math.abs(ny - py) < 0.5) continue;
          context.lineTo(nx, ny);
          px = nx;
          py = ny;
        }
        if (closed) context.closePath();
      }
    },
  });

    // A feature's outline out of the steps between its corners, as GeoJSON has it.
  function outlined(geometry) {
    if (!geometry.steps) return geometry;
    const digits = 7;
    const ring = (text) => {
      const steps = numbers(text);
      const corners = [];
      let [x, y] = [0, 0];
      for (let i = 0; i < steps.length; i += 2) {
        x += steps[i];
        y += steps[i + 1];
        corners.push([+(x * geometry.grid).toFixed(digits), +(y * geometry.grid).toFixed(digits)]);
      }
      return corners;
    };
    if (geometry.type === "MultiPoint") return { type: geometry.type, coordinates: ring(geometry.steps) };
    return { type: geometry.type, coordinates: geometry.steps.map((rings) => rings.map(ring)) };
  }

  return { Basemap, decode, own, under, outlined };
})();
