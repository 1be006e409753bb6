// Puts the page together from its JSON block: map, layers, labels, insets, column; and moves between text and map.
geo.start = () => {
  const block = JSON.parse(document.getElementById("story").textContent);
  geo.text.speak(block);
  for (const name of ["layers", "regions", "times", "views"]) cite(block[name]);
  for (const layer of block.layers) for (const feature of layer.features) feature.geometry = geo.basemap.outlined(feature.geometry);
  const root = document.documentElement;
  const embedded = new URLSearchParams(window.location.search).has("embed") || window.self !== window.top;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const SECONDS = 0.6;
  const [NARROW, FLAT] = [560, 420]; // pixels: a map narrower or lower than this has its legend folded
  const BUTTONS = 270; // pixels: a map lower than this has the legend's button beside the others, not below them
  const LOW = 330; // pixels: a map lower than this has no room for insets
  const container = document.getElementById("map");
  root.classList.toggle("embedded", embedded);
  if (embedded) container.before(geo.text.el("h1", { class: "unseen", dir: "auto" }, block.title));
  document.body.append(geo.symbols.definitions(block.layers.flatMap((layer) => [...layer.features, ...layer.legend.map((row) => row.swatch)]).concat(geo.switches?.looks(block) ?? [])));
  const sized = () => {
    container.classList.toggle("low", container.clientHeight < BUTTONS);
    return container.classList.toggle("narrow", container.clientWidth < NARROW || container.clientHeight < FLAT);
  };
  const narrow = sized();

  const crs = geo.plane.crs(block.crs);
  const unit = geo.plane.unit(block.crs);
  // Small things that the main map would show askew have a patch in a plane of their own.
  const [details, patches] = [[], []];
  const lay = (coded) => {
    details.splice(0, details.length, ...coded.filter((patch) => patch.crs).map((patch) => geo.basemap.own(patch, crs)));
    patches.splice(0, patches.length, ...coded.filter((patch) => !patch.crs).map((patch) => geo.basemap.decode(patch, unit)), ...details.map(({ main }) => main));
  };
  lay(block.basemap.patches);
  patches.globe = geo.plane.globe(block.crs);
  container.classList.toggle("on-paper", Boolean(patches.globe));
  const [x0, y0, x1, y1] = block.box;
  const frame = new geo.plane.Bounds(crs, [...unit(x0, y1), ...unit(x1, y0)]);
  const limits = geo.plane.limits(block.crs, crs);
  const map = L.map(container, {
    crs,
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.1,
    maxZoom: 16,
    maxBounds: limits,
    maxBoundsViscosity: 1,
    fadeAnimation: false,
    zoomAnimation: !calm.matches,
    scrollWheelZoom: !embedded,
  });
  // No further out than the map's limits; of the whole globe all may be seen.
  const leastZoom = () => {
    const [size, all] = [map.getSize(), limits.getSize()];
    return Math.log2(Math[patches.globe ? "min" : "max"](size.x / all.x, size.y / (block.crs.kind === "mercator" ? 1 : all.y)) / 256);
  };
  map.setMinZoom(Math.max(0, leastZoom()));
  map.createPane("basemap").style.zIndex = 150;
  map.fitBounds(frame, { padding: [24, 24], animate: false });
  const base = new geo.basemap.Basemap(patches);
  const drawing = new geo.features.Drawing(map, block.layers, (entry, at) => ruler.take(entry, at) || select(entry.id, "map", at));
  const entries = new Map(drawing.entries.map((entry) => [entry.id, entry]));
  const popups = new geo.popup.Popups(map, { toArticle: embedded ? null : toArticle, still: () => calm.matches });
  let [column, steps] = [null, null];

  geo.controls.zoom(map, () => {
    steps?.release();
    home();
  });
  const check = geo.controls.layers(map, block, show);
  const ruler = geo.ruler.control(map);
  geo.controls.foot(map, block);
  const drawLegend = geo.controls.legend(map, block, drawing);
  document.getElementById("caption").append(
    block.map_title ? geo.text.el("p", { class: "map-title", dir: "auto" }, block.map_title) : "",
    geo.text.el("p", { dir: "auto" }, [block.corrected, block.dek || block.title].filter(Boolean).join(" ")),
    geo.text.el("p", { class: "small" }, [geo.controls.credits(block), block.borders, block.found].filter(Boolean).join(geo.text.say("stop")), ...(geo.tiles?.credit(block) ?? [])),
  );

  let rested = null; // centre and zoom of the whole story
  let resting = true; // whether the map stands there
  drawLegend();
  geo.switches?.control(block, { column: () => column, lay, redraw: () => renew() });
  const insets = container.clientHeight < LOW ? [] : geo.inset.made(map, block, { entries: drawing.shown(), narrow, patches, details, go: (bounds) => go({ bounds }) });
  const locator =
    narrow || insets.length > 1
      ? null
      : geo.inset.locate(map, block, { patches, frame, entries: drawing.shown(), taken: insets.map(({ corner }) => corner) });
  map.on("moveend", () => {
    arrange();
    drawLegend();
  });
  // Everything is drawn once the map stands where it will stay: ground and marks first, then names and what stands beside the map.
  if (embedded) beside();
  arrange();
  home();
  base.addTo(map);
  if (block.tiles) geo.tiles.layer(map, block, () => labels.renew(block.basemap.labels, true));
  drawing.start();
  const labels = new geo.labels.Labels(map, drawing, block.tiles ? [] : block.basemap.labels, {
    base,
    extra: () => marked().map((inset) => inset.mark(map)),
    outside: block.outside,
    rules: () => marked().flatMap((inset) => inset.ties()),
    choose: (entry) => ruler.take(entry) || select(entry.id, "map"),
  });
  labels.tether = () => marked().map((inset) => inset.tether());
  map.on("legendchange", () => labels.update());
  labels.homeZoom = map.getZoom();
  if (embedded) rest();
  else geo.text.painted(() => {
    beside();
    rest();
  });

  // Sources in place of their numbers.
  function cite(part) {
    if (!part || typeof part !== "object") return;
    for (const [key, value] of Object.entries(part)) {
      if (key === "sources") part.sources = value.map((number) => block.cited[number]);
      else cite(value);
    }
  }

  // The column, and what it needs on the map.
  function beside() {
    column = new geo.column.Column(document.getElementById("column"), block, (id, from) => select(id, from));
    steps = column.story && new geo.steps.Steps(map, block, column, { go, home, embedded, drawing, still: () => calm.matches });
  }

  function rest() {
    labels.update();
    for (const part of [...insets, locator]) part?.start();
    steps?.start();
    base.widen();
  }

  // Insets show while their lines are too short to be seen on the main map, which then leaves their features to them.
  function arrange() {
    const held = new Set();
    for (const inset of insets) {
      inset.show(inset.wanted());
      if (inset.shown) inset.holds().forEach((id) => held.add(id));
    }
    drawing.veil(held);
    // From further off the map locates itself.
    if (locator && rested) locator.box.hidden = map.getZoom() < rested.zoom - 1.5;
  }

  // The inset that shows a feature instead of the main map: the closest one.
  function holder(id) {
    return drawing.veiled.has(id) ? insets.filter((inset) => inset.shown && inset.holds().includes(id)).pop() : null;
  }

  function marked() {
    return insets.filter((inset) => inset.shown && !(inset.outer && inset.outer.shown));
  }

  function show(id, on) {
    drawing.show(id, on);
    check(id, on);
    for (const inset of insets) {
      inset.drawing.show(id, on);
      inset.labels?.update();
    }
    arrange();
    drawLegend();
    labels.update();
  }

  function home({ still = rested === null } = {}) {
    const { center, zoom } = geo.frame.best(map, frame, drawing.shown());
    move({ center, zoom }, still === true);
    rested = { center, zoom };
  }

  function atRest() {
    const at = map.latLngToContainerPoint(rested.center).distanceTo(map.getSize().divideBy(2));
    return at < 2 && Math.abs(map.getZoom() - rested.zoom) < 0.01;
  }

  function go(target, still = false) {
    move(target.bounds ? geo.frame.around(map, target.bounds) : target, still);
  }

  function move({ center, zoom }, still) {
    if (still || calm.matches) map.setView(center, zoom, { animate: false });
    else map.flyTo(center, zoom, { duration: SECONDS });
  }

  // From a list, the text or the map to a feature: its layer on, the map there, its card open, its mentions marked.
  function select(id, from, at = null) {
    const entry = entries.get(id);
    if (!entry) return;
    if (!drawing.on.get(entry.layer.id)) show(entry.layer.id, true);
    steps?.release();
    if (!embedded) column?.mark(id, from !== "mention");
    const open = () => popups.open(entry, at || entry.at, entry.feature.kind === "dot" || entry.feature.kind === "ring" ? geo.symbols.radius(entry.feature) : 0);
    const target = from === "map" ? null : geo.frame.target(map, drawing, entry, holder(id));
    if (!target) return open();
    map.closePopup();
    map.once("moveend", () => window.setTimeout(open));
    go(target);
  }

  function toArticle(entry) {
    map.closePopup();
    steps?.release();
    column.mark(entry.id, true)?.focus({ preventScroll: true });
  }

  if (embedded) container.addEventListener("click", () => map.scrollWheelZoom.enable());
  if (embedded) geo.embed.report(document.getElementById("caption"));
  const redraw = () => {
    base.redraw();
    for (const inset of [...insets, locator]) inset?.base.redraw();
    labels.update();
  };
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) window.matchMedia(query).addEventListener("change", redraw);
  map.on("resize", () => {
    map.setMinZoom(Math.max(0, leastZoom()));
    if (resting) home({ still: true });
    else steps?.refit();
  });
  // A new size moves the middle of the map, which is no reader's choice.
  let sizing = false;
  map.on("moveend", () => {
    if (!sizing) resting = atRest();
  });
  // After features, names or the ground in the block were switched.
  const renew = () => {
    map.closePopup();
    drawing.renew();
    for (const part of [labels, ...insets, locator]) part?.renew(block.basemap.labels);
    arrange();
    drawLegend();
    redraw();
  };
  const fit = () => {
    sized();
    sizing = true;
    map.invalidateSize({ pan: false });
    sizing = false;
  };
  new ResizeObserver(fit).observe(container);
  geo.print.ready(map, { fit, home: () => home({ still: true }), redraw });

  geo.children.receive(map, [block.crs.lon - 180, block.crs.lon + 180]);
  return map;
};
