// Names on the map: the story's first, then the ground's by rank; placed anew after each move, nothing over anything.
geo.labels = (() => {
  const { el, svg, isolated } = geo.text;
  const EDGE = 5;
  const ORDER = { dot: 0, ring: 0, line: 1, label: 2, region: 3, area: 4 };
  const [LEDGE, LONGEST] = [16, 40]; // pixels from a name without a mark to the edge, and of the line that leads to it
  const ROOM = 15000; // square pixels of map for each name of the ground

  class Labels {
    // `extra()` and `rules()` give further boxes and lines to stay clear of; `choose(entry)` is called for a name that was pressed;
    // `first` holds the ids of features whose labels come before all others.
    constructor(map, drawing, ground, { extra = () => [], rules = () => [], choose = null, base = null, first = new Set(), outside = [] } = {}) {
      Object.assign(this, { map, drawing, extra, rules, choose, base, first, homeZoom: null, tether: null });
      this.pane = map.createPane("labels");
      this.pane.style.zIndex = 620;
      this.pane.classList.add("moving"); // until the first update
      this.marks = svg("svg", { class: "label-marks", width: 1, height: 1, "aria-hidden": "true" });
      this.pane.append(this.marks);
      this._made(ground);
      this.outside = outside.map((place) => {
        const element = el("span", { class: "label label-outside", "aria-hidden": "true" }, isolated(place.name), el("br"), isolated(place.far));
        this.pane.append(element);
        return { ...place, element };
      });
      map.on("zoomstart", () => this.pane.classList.add("moving"));
      map.on("moveend", () => this.update());
    }

    _made(ground) {
      this.story = this.drawing.entries.filter((entry) => entry.feature.label).map((entry) => this._story(entry));
      this.ground = ground
        .map((label) => ({ ...label, at: L.latLng(label.lat, label.lon), element: this._ground(label) }))
        .sort((a, b) => a.rank - b.rank);
    }

    // After features or the ground's names were switched; a map without names of the ground stays so, unless told.
    renew(ground, named = this.ground.length > 0) {
      for (const { element } of [...this.story, ...this.ground]) element.remove();
      this._made(named ? ground : []);
      this.update();
    }

    _story(entry) {
      const { feature } = entry;
      const attributes = { class: `label label-${feature.kind}`, "data-feature": entry.id, lang: geo.text.tongue(feature.popup.lang).lang };
      const element = this.choose
        ? el("button", { type: "button", ...attributes }, ...words(feature))
        : el("span", { ...attributes, "aria-hidden": "true" }, ...words(feature));
      element.style.color = `var(--${feature.kind === "dot" || feature.kind === "ring" ? "ink" : feature.color})`;
      if (this.choose) {
        L.DomEvent.disableClickPropagation(element);
        element.addEventListener("click", () => this.choose(entry));
      }
      this.pane.append(element);
      return { entry, element };
    }

    _ground(label) {
      const element = el("span", { class: `ground ground-${label.kind}`, "aria-hidden": "true" }, isolated(label.name));
      this.pane.append(element);
      return element;
    }

    _point(latlng) {
      return this.map.latLngToContainerPoint(latlng);
    }

    update() {
      if (!this.map._loaded || this.map._animatingZoom) return;
      this.pane.classList.remove("moving");
      const size = this.map.getSize();
      if (!size.x || !size.y) return;
      const sheet = new geo.placing.Sheet([EDGE, EDGE, size.x - EDGE, size.y - EDGE], [...geo.placing.covers(this.map), ...this.extra()].map((box) => ({ box, owner: null })));
      for (const segment of this.rules()) sheet.draw(segment, geo.placing.RULE);
      const shown = new Set(this.drawing.shown());
      const near = Math.abs(this.map.getZoom() - (this.homeZoom ?? this.map.getZoom())) < 1;
      // All that may be shown is shown, then measured, then placed: a browser lays out anew for each size that it is asked
      // after a change.
      for (const { entry, element } of this.story) {
        element.hidden = !shown.has(entry);
        element.classList.remove("brief");
      }
      for (const { element } of this.outside) element.hidden = !near;
      const ground = this._wanted(sheet);
      for (const label of this.ground) label.element.hidden = !ground.has(label);
      for (const label of [...this.story, ...this.outside, ...ground]) label.size = L.point(label.element.offsetWidth, label.element.offsetHeight);
      const items = this.story.filter(({ entry }) => shown.has(entry)).map((label) => this._item(label));
      for (const item of items) this._symbol(item, sheet);
      this.marks.replaceChildren();
      this.names = new Set();
      this.within = new Map();
      items.sort((a, b) => a.order - b.order || b.weight - a.weight || a.room - b.room);
      if (near) this._outside(sheet, size);
      for (const item of items) this._storyLabel(item, sheet);
      this._groundLabels(ground, sheet, size);
      if (this.tether) this.marks.append(...this.tether());
    }

    // Arrows at the edge to what lies beyond it, the way of the great circle from the map's middle, while the story's frame is in view.
    _outside(sheet, size) {
      for (const { element, lon, lat, size: own } of this.outside) {
        const from = this.map.getCenter();
        const there = this._point([lat, lon + 360 * Math.round((from.lng - lon) / 360)]);
        const here = this._point(from);
        const seen = there.x > 0 && there.y > 0 && there.x < size.x && there.y < size.y;
        const way = this._point(towards(from, { lat, lng: lon })).subtract(here);
        const found = seen ? null : geo.placing.edge(way, own, sheet);
        this._set(element, found, sheet, null);
        if (!found) continue;
        sheet.take(found.mark);
        this._mark("path", { d: `M${found.corners.join("L")}Z`, class: "edge-arrow" });
      }
    }

    // What the placing needs to know of one story label, in pixels.
    _item({ entry, element, size }) {
      const { feature } = entry;
      const tiny = this.drawing.tiny(entry);
      const like = { arrow: "line", disc: "dot", note: "dot" }[feature.kind] || feature.kind;
      const pixels = this.drawing.pixels(entry);
      const kind = tiny ? "dot" : like;
      return {
        entry,
        element,
        owner: entry.id,
        kind,
        order: this.first.has(entry.id) ? -1 : (ORDER[kind] ?? 2),
        weight: feature.weight || 1,
        room: pixels.x * pixels.y,
        size,
        at: this._point(entry.at),
        radius: geo.symbols.radius(feature) + 1.5,
        pixels,
      };
    }

    // Keep the feature's own mark free of other labels.
    _symbol(item, sheet) {
      const { at, kind, radius } = item;
      if (kind === "stroke") item.path = this._run(item.entry, sheet);
      if (kind === "dot" || kind === "ring") sheet.take([at.x - radius, at.y - radius, at.x + radius, at.y + radius], item.owner, true);
      if (kind !== "line") return;
      const coordinates = item.entry.feature.geometry.coordinates.flat(item.entry.feature.geometry.type === "LineString" ? 0 : 1);
      item.path = coordinates.map(([lon, lat]) => this._point([lat, lon]));
      for (let i = 1; i < item.path.length; i += 1) {
        const [a, b] = [item.path[i - 1], item.path[i]];
        sheet.draw([a.x, a.y, b.x, b.y], item.owner);
      }
      for (const end of [item.path[0], item.path[item.path.length - 1]]) sheet.take([end.x - 5, end.y - 5, end.x + 5, end.y + 5], item.owner);
    }

    // The longest run of a river that the map shows, as points.
    _run({ feature: { geometry } }, { view }) {
      const parts = geometry.type === "MultiLineString" ? geometry.coordinates : geometry.type === "LineString" ? [geometry.coordinates] : [];
      const runs = [];
      for (const part of parts) {
        let run = null;
        for (const [lon, lat] of part) {
          const at = this._point([lat, lon]);
          const shown = at.x >= view[0] && at.y >= view[1] && at.x <= view[2] && at.y <= view[3];
          if (shown && !run) runs.push((run = []));
          if (shown) run.push(at);
          else run = null;
        }
      }
      const length = (run) => run.reduce((sum, at, i) => sum + (i ? at.distanceTo(run[i - 1]) : 0), 0);
      return runs.sort((a, b) => length(b) - length(a))[0] || [];
    }

    _storyLabel(item, sheet) {
      const { placing } = geo;
      const place = item.kind === "line" || item.kind === "stroke" ? placing.line : item.kind === "dot" || item.kind === "ring" ? placing.point : placing.area;
      if (place === placing.area) this._area(item);
      // A name without a mark of its own is not led to the map's edge.
      const ledge = item.kind === "label" ? LEDGE : 0;
      const near = sheet.inside([item.at.x - ledge, item.at.y - ledge, item.at.x + ledge, item.at.y + ledge]);
      const reachable = (place === placing.area && (!ledge || near)) || (item.kind === "stroke" ? item.path.length > 1 : near);
      let found = reachable ? place(item, sheet) : null;
      // Where a figure and its verdict find no room, the figure alone may.
      if (!found && reachable && item.element.querySelector(".unseen")) {
        item.element.classList.add("brief");
        item.size = L.point(item.element.offsetWidth, item.element.offsetHeight);
        found = place(item, sheet);
      }
      if (ledge && found?.leader && Math.hypot(found.leader[2] - found.leader[0], found.leader[3] - found.leader[1]) > LONGEST) found = null;
      this._set(item.element, found, sheet, item.owner);
      if (found) this.names.add(item.entry.feature.label.toLocaleLowerCase());
      if (found?.leader) {
        const [x1, y1, x2, y2] = found.leader;
        this._mark("line", { x1, y1, x2, y2, class: "leader" });
        sheet.draw(found.leader, item.owner);
      }
    }

    _area(item) {
      const { entry, size, pixels } = item;
      const flat = entry.feature.kind === "label";
      const a = this._point(entry.bounds.getNorthWest());
      item.extent = [a.x, a.y, a.x + pixels.x, a.y + pixels.y];
      item.small = flat || pixels.x < size.x + 8 || pixels.y < size.y + 8;
      item.roomy = flat || (pixels.x > size.x * 0.6 && pixels.y > size.y * 0.9);
      item.reach = flat ? 0 : Math.min(14, Math.max(pixels.x, pixels.y) / 2);
      item.contains = flat ? () => true : this._within(entry);
      if (entry.feature.kind === "region") {
        // A region's name never stands on another region.
        const others = this.drawing.shown().filter((other) => other !== entry && other.feature.kind === "region");
        const tests = others.map((other) => this._within(other));
        item.allows = ([left, top, right, bottom]) =>
          !tests.some((test) => [0, 0.25, 0.5, 0.75, 1].some((share) => test(left + (right - left) * share, (top + bottom) / 2)));
      }
    }

    // Whether a pixel of the map lies in an area.
    _within(entry) {
      if (!this.within.has(entry)) this.within.set(entry, inside(geo.features.rings(entry.feature).map((ring) => ring.map((at) => this._point(at)))));
      return this.within.get(entry);
    }

    // Names of the ground that are of a rank for this zoom, and in view.
    _wanted(sheet) {
      const zoom = this.map.getZoom();
      const rank = 4 + 2 * (zoom - (this.homeZoom ?? zoom));
      const inView = (label) => {
        label.point = this._point(label.at);
        return sheet.inside([label.point.x, label.point.y, label.point.x, label.point.y]);
      };
      return new Set(this.ground.filter((label) => label.rank <= rank && inView(label)));
    }

    _groundLabels(wanted, sheet, size) {
      let room = Math.max(6, Math.round((size.x * size.y) / ROOM));
      for (const label of wanted) {
        const at = label.point;
        if (!room || this._named(label)) {
          label.element.hidden = true;
          continue;
        }
        const item = { kind: label.kind, at, size: label.size, owner: label };
        const city = label.kind === "city" || label.kind === "capital";
        const dot = [at.x - 2.5, at.y - 2.5, at.x + 2.5, at.y + 2.5];
        const found = city && !sheet.free(dot, label, 1) ? null : geo.placing.ground(item, sheet);
        this._set(label.element, found, sheet, label);
        if (!found) continue;
        room -= 1;
        this.names.add(label.name.toLocaleLowerCase());
        if (city) {
          sheet.take(dot, label);
          this._mark("circle", { cx: at.x, cy: at.y, r: label.kind === "capital" ? 2.4 : 1.8, class: "city-dot" });
        }
      }
    }

    // Whether the story names it already: 'Luhansk Oblast' beside its own 'Luhansk' would be named twice.
    _named({ kind, name }) {
      const said = name.toLocaleLowerCase();
      return this.names.has(said) || (kind === "region" && [...this.names].some((known) => said.startsWith(`${known} `)));
    }

    _set(element, found, sheet, owner) {
      element.hidden = !found;
      if (!found) return;
      sheet.take(found.box, owner);
      const corner = this.map.containerPointToLayerPoint([found.box[0], found.box[1]]);
      L.DomUtil.setPosition(element, corner.round());
      if (this.base) element.classList.toggle("on-water", this.base.waterAt((found.box[0] + found.box[2]) / 2, (found.box[1] + found.box[3]) / 2));
    }

    _mark(tag, attributes) {
      const shift = this.map.containerPointToLayerPoint([0, 0]);
      this.marks.append(svg(tag, { ...attributes, transform: `translate(${shift.x} ${shift.y})` }));
    }
  }

  // A little way along the great circle to a place.
  function towards({ lat, lng }, to) {
    const rad = Math.PI / 180;
    const turn = (to.lng - lng) * rad;
    const east = Math.cos(to.lat * rad) * Math.sin(turn);
    const north = Math.cos(lat * rad) * Math.sin(to.lat * rad) - Math.sin(lat * rad) * Math.cos(to.lat * rad) * Math.cos(turn);
    const length = Math.hypot(east, north) || 1;
    return [lat + (0.05 * north) / length, lng + (0.05 * east) / length / Math.max(0.05, Math.cos(lat * rad))];
  }

  // A measured figure and what the article says of it stand on a line each.
  function words({ kind, label }) {
    const cut = kind === "line" ? label.indexOf("; ") : -1;
    return cut < 0 ? [isolated(label)] : [isolated(label.slice(0, cut)), el("span", { class: "unseen" }, "; "), isolated(label.slice(cut + 2))];
  }

  // Even-odd test against rings of points.
  function inside(rings) {
    return (x, y) => {
      let odd = false;
      for (const ring of rings) {
        for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
          const [a, b] = [ring[i], ring[j]];
          if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) odd = !odd;
        }
      }
      return odd;
    };
  }

  return { Labels };
})();
