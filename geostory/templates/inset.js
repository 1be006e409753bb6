// Small maps in a corner for lines too short to be seen at the story's scale, each boxed on the main map.
geo.inset = (() => {
  const { el, svg } = geo.text;
  // Pixels on the map below which a feature goes into an inset, by the map's width.
  const SMALL = { wide: { line: 24, region: 36, area: 30 }, narrow: { line: 8, region: 30, area: 20 } };
  const LEAST = 14; // pixels that it must have there
  const MARK = 14; // pixels: the least box on the main map
  const ASIDE = { left: 10, right: 52 }; // pixels from the map's side, as in map.css
  const BORDER = 1.25;
  const CLOSE = 20; // degrees: a frame narrower than this gets a locator
  const CORNERS = ["topright", "topleft", "bottomleft"];

  // Regions need room for their names.
  const size = (narrow, group = []) => {
    if (narrow) return L.point(176, 132);
    return group.some(({ feature }) => feature.kind === "region") ? L.point(310, 230) : L.point(250, 190);
  };
  const least = (narrow, feature) => SMALL[narrow ? "narrow" : "wide"][feature.kind];
  const united = (entries) => geo.plane.united(entries[0].bounds.system, entries.map(({ bounds }) => bounds));

  // The box around some features in the plane of another map.
  function within(crs, group) {
    return geo.plane.united(crs, group.map((entry) => geo.features.bounds(entry.feature, crs)));
  }

  function length(map, bounds) {
    const { x, y } = bounds.getSize();
    return Math.hypot(x, y) * map.options.crs.scale(map.getZoom());
  }

  // Groups of small features that one inset can show; each holds a line or a region, whose look would else be lost.
  function groups(map, entries, narrow) {
    const small = entries.filter(({ feature, bounds }) => feature.geometry.type !== "Point" && length(map, bounds) < least(narrow, feature));
    small.sort((a, b) => length(map, b.bounds) - length(map, a.bounds));
    const room = size(narrow, small).x * 0.75;
    const legible = (members) => {
      const across = length(map, united(members));
      const seen = ({ feature, bounds }) => length(map, bounds) * room >= (feature.kind === "region" ? LEAST / 2 : LEAST) * across;
      return members.every(seen) && across * 2.5 < room;
    };
    const together = [];
    for (const entry of small) {
      // A piece of what a group shows belongs to it, however small.
      const home = together.find((group) => legible([...group, entry]) || (entry.feature.kind === "region" && united(group).contains(entry.bounds)));
      if (home) home.push(entry);
      else if (legible([entry])) together.push([entry]);
    }
    // And what a group's line runs between, however large.
    for (const group of together) {
      const lines = group.filter(({ feature }) => feature.kind === "line");
      const ends = small.filter((entry) => !group.includes(entry) && entry.feature.kind === "area" && lines.some(({ bounds }) => bounds.pad(0.2).intersects(entry.bounds)));
      for (const entry of ends) if (legible([...group, entry])) group.push(entry);
    }
    // A region alone among others that are seen needs none: a dot and its name say where it is.
    const regions = entries.filter(({ feature }) => feature.kind === "region").length;
    const alone = (group) => regions > 1 && group.length === 1 && group[0].feature.kind === "region";
    const rank = (group) => ["line", "region"].findIndex((kind) => group.some(({ feature }) => feature.kind === kind));
    const worthy = together.filter((group) => rank(group) >= 0 && !alone(group)).sort((a, b) => rank(a) - rank(b));
    return worthy.slice(0, narrow ? 1 : CORNERS.length);
  }

  class Inset {
    // `go(bounds)` moves the main map there.
    constructor(main, block, group, { ground, corner, narrow, go, outer = null }) {
      Object.assign(this, { main, block, group, ground, corner, narrow, inner: [], outer });
      const plane = ground();
      if (outer) outer.inner.push(this);
      this.bounds = united(group);
      const frame = el("div", { class: "inset-map" });
      const names = group.map(({ feature }) => feature.popup.title).join(", ");
      const button = el("button", { type: "button", class: "inset-button", "aria-label": geo.text.say("move_to", { names }) });
      button.addEventListener("click", () => go(this.bounds.pad(0.6)));
      this.box = el("div", { class: `inset inset-${corner}` }, frame, button);
      const { x, y } = size(narrow, group);
      this.box.style.width = `${x}px`;
      this.box.style.height = `${y}px`;
      L.DomEvent.disableClickPropagation(this.box);
      main.getContainer().append(this.box);
      this.map = still(frame, plane.crs);
      // A line alone is shown with the ground around it; a group fills the inset.
      const share = group.length === 1 && group[0].feature.kind === "line" ? 0.34 : 0.12;
      this.map.fitBounds(within(plane.crs, group), { padding: [x * share, y * share], animate: false });
      this.base = new geo.basemap.Basemap(plane.patches);
      this.drawing = new geo.features.Drawing(this.map, block.layers);
    }

    // Its map is drawn once the main one is.
    start() {
      this.base.addTo(this.map);
      this.drawing.start();
      const first = new Set(this.group.map(({ id }) => id));
      this.labels = new geo.labels.Labels(this.map, this.drawing, this.block.basemap.labels, { base: this.base, first });
      this.labels.tether = () => this.inner.map((inset) => this._inner(inset));
      this.refresh();
    }

    // After features, names or the ground were switched.
    renew(names) {
      this.base.lay(this.ground().patches);
      this.drawing.renew();
      this.labels.renew(names);
      this.refresh();
    }

    // What a wider area or a further inset shows better is left out here.
    refresh() {
      const left = this.drawing.entries.filter((entry) => this._ground(entry)).map(({ id }) => id);
      this.drawing.veil(new Set([...left, ...this.inner.flatMap((inset) => inset.holds())]));
      this.labels.extra = () => this.inner.map((inset) => inset.mark(this.map));
      this.labels.update();
    }

    // The box of a further inset, tied to this one's edge, where that one stands.
    _inner(inset) {
      const [left, top, right, bottom] = inset.mark(this.map);
      const { x, y } = this.map.getSize();
      const group = boxed([left, top, right, bottom]);
      const [from, edge] = this.corner.endsWith("right") ? [left, 0] : [right, x];
      group.append(svg("line", { x1: from, y1: top, x2: edge, y2: 0 }), svg("line", { x1: from, y1: bottom, x2: edge, y2: y }));
      return group;
    }

    // An area wider than the inset is ground there, and a line that only grazes it is left out.
    _ground({ feature, bounds }) {
      const view = geo.plane.view(this.map);
      return (feature.kind === "area" && !view.pad(0.5).contains(bounds)) || (feature.kind === "line" && !view.contains(bounds));
    }

    // Features that the inset shows whole; the main map leaves them to it.
    holds() {
      const view = geo.plane.view(this.map);
      return this.drawing.entries.filter((entry) => view.contains(entry.bounds)).map((entry) => entry.id);
    }

    wanted() {
      if (!geo.plane.view(this.main).intersects(this.bounds) || this.main.getZoom() > this.map.getZoom() - 0.3) return false;
      const on = this.group.filter((entry) => this.drawing.on.get(entry.layer.id) && !entry.feature.absent);
      return on.some(({ feature, bounds }) => length(this.main, bounds) < least(this.narrow, feature));
    }

    show(on) {
      this.box.hidden = !on;
      this.shown = on;
      // Beside a wider inset while that shows, else in its corner.
      if (!this.outer) return;
      const side = this.corner.endsWith("right") ? "right" : "left";
      this.box.style[side] = this.outer.shown ? `${ASIDE[side] + this.outer.box.offsetWidth - BORDER}px` : "";
    }

    // The box of what the inset shows on another map, in that map's pixels.
    mark(map) {
      return grown(map, geo.plane.view(this.map), MARK);
    }

    // The two lines that tie the box on the main map to the inset.
    ties() {
      const own = this.main.getContainer().getBoundingClientRect();
      const at = this.box.getBoundingClientRect();
      return ties(this.mark(this.main), [at.left - own.left, at.top - own.top, at.right - own.left, at.bottom - own.top]);
    }

    tether() {
      const shift = this.main.containerPointToLayerPoint([0, 0]);
      const group = boxed(this.mark(this.main));
      group.setAttribute("transform", `translate(${shift.x} ${shift.y})`);
      for (const [x1, y1, x2, y2] of this.ties()) group.append(svg("line", { x1, y1, x2, y2 }));
      return group;
    }
  }

  // Bounds as a box in a map's pixels, never smaller than `least`.
  function grown(map, bounds, least) {
    const [left, top, right, bottom] = geo.plane.pixels(map, bounds);
    const grow = (low, high) => Math.max(0, least - (high - low)) / 2;
    const [x, y] = [grow(left, right), grow(top, bottom)];
    return [left - x, top - y, right + x, bottom + y].map(Math.round);
  }

  const boxed = ([left, top, right, bottom]) =>
    svg("g", { class: "tether" }, svg("rect", { x: left, y: top, width: right - left, height: bottom - top }));

  // Lines from the two corners of one box that face the other to its like corners.
  function ties([l, t, r, b], [il, it, ir, ib]) {
    if (l > ir) return [[l, t, ir, it], [l, b, ir, ib]];
    if (r < il) return [[r, t, il, it], [r, b, il, ib]];
    if (t > ib) return [[l, t, il, ib], [r, t, ir, ib]];
    if (b < it) return [[l, b, il, it], [r, b, ir, it]];
    return [];
  }

  // The plane and the ground of an inset: its own where the main map would show it askew.
  function plane(main, group, patches, details) {
    const middle = united(group).getCenter();
    const own = details.filter(({ crs, frame }) => frame.contains(middle) && within(crs, group).getSize().x < frame.getSize().x * 2);
    const best = own.sort((a, b) => a.frame.getSize().x - b.frame.getSize().x)[0];
    const { crs } = main.options;
    if (!best) return { crs, patches };
    return { crs: best.crs, patches: geo.basemap.under(patches, crs, within(best.crs, group).pad(1.5), best.patch) };
  }

  // The box of an inset in a corner, or beside the wider one that stands there, in the map's pixels, as in map.css.
  function place(all, corner, own, outer) {
    const [right, top] = [corner.endsWith("right"), corner.startsWith("top")];
    const aside = (right ? ASIDE.right : ASIDE.left) + (outer ? outer.box.offsetWidth - BORDER : 0);
    const x = right ? all.x - aside - own.x : aside;
    const y = top ? 10 : all.y - 68 - own.y;
    return [x, y, x + own.x, y + own.y];
  }

  // Insets for the groups, each in the corner that suits it; one that lies within another's view stands beside that one.
  function made(main, block, { entries, narrow, patches, details, go }) {
    const insets = [];
    const all = main.getSize();
    for (const group of groups(main, entries, narrow)) {
      const outer = insets.find((other) => !other.outer && !other.inner.length && geo.plane.view(other.map).contains(united(group)));
      const covers = geo.placing.covers(main);
      const free = (at) => at[0] >= 0 && at[1] >= 0 && at[2] <= all.x && at[3] <= all.y && !covers.some((box) => geo.placing.meet(at, box, -2));
      const corners = (outer ? [outer.corner] : CORNERS).filter((name) => free(place(all, name, size(narrow, group), outer)));
      if (!corners.length) continue;
      const corner = geo.frame.corner(main, entries, corners, size(narrow, group), united(group));
      insets.push(new Inset(main, block, group, { ground: () => plane(main, group, patches, details), corner, narrow, go, outer }));
    }
    return insets;
  }

  // Where in the world a close frame lies: a small map with the frame boxed, in a corner that is left.
  function locate(main, block, { patches, frame, entries, taken }) {
    const [size, across] = [L.point(150, 112), frame.getSize().x * 360];
    const free = CORNERS.filter((corner) => !taken.includes(corner));
    if (across > CLOSE || !free.length) return;
    const corner = geo.frame.corner(main, entries, free, size, frame);
    const element = el("div", { class: "inset-map" });
    const box = el("div", { class: `inset inset-${corner} locator`, "aria-hidden": "true" }, element);
    box.style.width = `${size.x}px`;
    box.style.height = `${size.y}px`;
    main.getContainer().append(box);
    const map = still(element, main.options.crs);
    const reach = Math.min(60, Math.max(14, across * 12)) / 720;
    const [left, top, right, bottom] = frame.box;
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    map.fitBounds(new geo.plane.Bounds(map.options.crs, [x - reach, y, x + reach, y]), { animate: false });
    const base = new geo.basemap.Basemap(patches);
    let labels = null;
    const start = () => {
      base.addTo(map);
      labels = new geo.labels.Labels(map, new geo.features.Drawing(map, []), block.basemap.locator ?? [], { base });
      const mark = grown(map, frame, 9);
      labels.extra = () => [mark];
      labels.tether = () => [boxed(mark)];
      labels.update();
    };
    return { box, base, start, renew: () => labels?.update() };
  }

  // A map that only shows.
  function still(element, crs) {
    const map = L.map(element, {
      crs,
      attributionControl: false,
      zoomControl: false,
      dragging: false,
      keyboard: false,
      scrollWheelZoom: false,
      doubleClickZoom: false,
      boxZoom: false,
      touchZoom: false,
      zoomSnap: 0,
      fadeAnimation: false,
      zoomAnimation: false,
      trackResize: false,
    });
    map.createPane("basemap").style.zIndex = 150;
    return map;
  }

  return { made, locate };
})();
