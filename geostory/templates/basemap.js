// The ground: land, water, lakes, coast and borders from the block's patches, painted on one canvas under the story.
geo.basemap = (() => {
  const TILE = 256;
  const RINGS = ["land", "focus_land", "lakes"];
  const LINES = ["borders", "borders_disputed", "borders1"];
  const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUES = new Uint8Array(128);
  for (let value = 0; value < SIGNS.length; value += 1) VALUES[SIGNS.charCodeAt(value)] = value;
  const INNER_BORDERS_FROM = 4;
  const COARSE = 6; // pixels of the map for one of the picture that tells land from water

  // Whole numbers out of text, each given to `take`: five bits a sign, the lowest first; a sign of 32 or more says that more follow.
  function numbers(text, take) {
    let value = 0;
    let worth = 1;
    for (let at = 0; at < text.length; at += 1) {
      const bits = VALUES[text.charCodeAt(at)];
      value += (bits & 31) * worth;
      worth *= 32;
      if (bits > 31) continue;
      take(value % 2 ? -(value + 1) / 2 : value / 2);
      value = 0;
      worth = 1;
    }
  }

  // Steps of q radii of the plane into shares of the world's width, with their own box.
  function stroke(text, q, unit) {
    const [x0, y0] = unit(0, 0);
    const [x1, y1] = unit(q, q);
    const at = [x0, y0];
    const step = [x1 - x0, y1 - y0];
    const both = [[], []];
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let side = 0;
    numbers(text, (number) => {
      const value = (at[side] += number * step[side]);
      both[side].push(value);
      if (value < box[side]) box[side] = value;
      if (value > box[side + 2]) box[side + 2] = value;
      side = 1 - side;
    });
    return { xs: both[0], ys: both[1], box };
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

  // Strokes as a canvas draws them; steps below half a pixel do not show.
  function path({ scale, x, y, view }, strokes, closed = false) {
    const made = new Path2D();
    for (const { xs, ys, box } of strokes) {
      if (apart(box, view)) continue;
      const last = xs.length - 1;
      let px = xs[0] * scale - x;
      let py = ys[0] * scale - y;
      made.moveTo(px, py);
      for (let i = 1; i <= last; i += 1) {
        const nx = xs[i] * scale - x;
        const ny = ys[i] * scale - y;
        if (i < last && Math.abs(nx - px) + Math.abs(ny - py) < 0.5) continue;
        made.lineTo(nx, ny);
        px = nx;
        py = ny;
      }
      if (closed) made.closePath();
    }
    return made;
  }

  const Basemap = L.Renderer.extend({
    options: { pane: "basemap", padding: 0 },

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
      this._paint(this._container.getContext("2d"), size, ratio);
      this._mask = null;
      this.fire("update");
    },

    redraw() {
      if (this._map) this._update();
    },

    // Ground beyond the map's edges, for readers who drag it.
    widen() {
      this.options.padding = 0.25;
      this.redraw();
    },

    // Whether the ground is water at a point of the map, in its own pixels; asked of a coarse picture of land alone, since to read
    // the ground's own would make the browser paint it at once.
    waterAt(x, y) {
      const [width, height] = ["x", "y"].map((side) => Math.ceil(this._bounds.getSize()[side] / COARSE));
      this._mask ??= this._land(width, height);
      const at = this._map.containerPointToLayerPoint([x, y]).subtract(this._bounds.min).divideBy(COARSE).floor();
      return this._mask[4 * (at.y * width + at.x) + 3] < 128;
    },

    _land(width, height) {
      const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
      const sheet = this._sheet(context, 1 / COARSE);
      if (this._globe) {
        context.fillRect(0, 0, width, height);
        this._round(sheet);
        context.globalCompositeOperation = "destination-out";
        context.fill();
        context.globalCompositeOperation = "source-over";
      }
      for (const patch of this._visible(sheet.view)) {
        context.save();
        if (patch.box) this._clip(sheet, patch, (box) => context.clearRect(...box));
        context.fill(path(sheet, patch.land, true));
        context.globalCompositeOperation = "destination-out";
        context.fill(path(sheet, patch.lakes, true));
        context.restore();
      }
      return context.getImageData(0, 0, width, height).data;
    },

    _round({ context, scale, x: x0, y: y0 }) {
      context.beginPath();
      for (const [x, y] of this._globe) context.lineTo(x * scale - x0, y * scale - y0);
      context.closePath();
    },

    // Where the canvas lies in the plane; `share` of the map's pixels.
    _sheet(context, share = 1) {
      const scale = TILE * 2 ** this._map.getZoom();
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const size = this._bounds.getSize();
      const view = [origin.x / scale, origin.y / scale, (origin.x + size.x) / scale, (origin.y + size.y) / scale];
      return { context, scale: scale * share, x: origin.x * share, y: origin.y * share, view };
    },

    _paint(context, size, ratio) {
      const css = getComputedStyle(this._map.getContainer());
      const colors = {};
      const color = (token) => (colors[token] ??= css.getPropertyValue(`--${token}`).trim());
      const sheet = this._sheet(context);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.lineJoin = "round";
      context.fillStyle = color("water");
      context.fillRect(0, 0, size.x, size.y);
      if (this._globe) {
        context.fillStyle = color("paper");
        context.fillRect(0, 0, size.x, size.y);
        this._round(sheet);
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
        this._clip(sheet, patch, (box) => {
          context.fillStyle = color("water");
          context.fillRect(...box);
        });
      }
      const [land, lakes] = [path(sheet, patch.land, true), path(sheet, patch.lakes, true)];
      // Rings and their holes run in opposite directions, as the rule of canvases has it.
      const fill = (shape, style) => {
        context.fillStyle = style;
        context.fill(shape);
      };
      const stroke = (shape, style, width, dash) => {
        Object.assign(context, { strokeStyle: style, lineWidth: width });
        context.setLineDash(dash);
        context.stroke(shape);
      };
      fill(land, color("land"));
      if (patch.focus_land.length) {
        // The story's countries are outlined loosely, and shaded where they are land.
        context.save();
        context.clip(land);
        fill(path(sheet, patch.focus_land, true), color("focus_land"));
        context.restore();
      }
      fill(lakes, color("water"));
      stroke(lakes, color("coast"), geo.lines.lake, []);
      if (this._map.getZoom() >= INNER_BORDERS_FROM) stroke(path(sheet, patch.borders1), color("border1"), geo.lines.border1, [1.5, 2.5]);
      stroke(land, color("coast"), geo.lines.coast, []);
      stroke(path(sheet, patch.borders), color("border"), geo.lines.border, []);
      stroke(path(sheet, patch.borders_disputed), color("border"), geo.lines.border_disputed, [5, 3.5]);
      context.restore();
    },

    // To a patch's box, emptied first: whole pixels inside it, so that no half-covered one lets the water through at its edge.
    _clip({ context, scale, x: x0, y: y0 }, patch, empty) {
      const edge = patch.box.map((value, i) => value * scale - (i % 2 ? y0 : x0));
      const [left, top, right, bottom] = edge.map((value, i) => (i < 2 ? Math.ceil(value) : Math.floor(value)));
      const box = [left, top, right - left, bottom - top];
      context.beginPath();
      if (patch.edge) for (const { x, y } of patch.edge) context.lineTo(x * scale - x0, y * scale - y0);
      else context.rect(...box);
      context.clip();
      empty(box);
    }
  });

  // A feature's outline out of the steps between its corners, as GeoJSON has it.
  function outlined(geometry) {
    if (!geometry.steps) return geometry;
    const digits = 7;
    const ring = (text) => {
      const corners = [];
      const at = [0, 0];
      let side = 0;
      numbers(text, (step) => {
        at[side] += step;
        if (side) corners.push(at.map((value) => +(value * geometry.grid).toFixed(digits)));
        side = 1 - side;
      });
      return corners;
    };
    if (geometry.type === "MultiPoint") return { type: geometry.type, coordinates: ring(geometry.steps) };
    return { type: geometry.type, coordinates: geometry.steps.map((rings) => rings.map(ring)) };
  }

  return { Basemap, decode, own, under, outlined };
})();
