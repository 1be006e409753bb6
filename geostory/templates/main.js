// Puts the page together from its JSON block: map, layers, labels, insets, column; and moves between text and map.
geo.start = () => {
  const block = JSON.parse(document.getElementById("story").textContent);
  const root = document.documentElement;
  const embedded = new URLSearchParams(window.location.search).has("embed") || window.self !== window.top;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const SECONDS = 0.6;
  const NARROW = 560;
  const LOW = 330; // pixels: a map lower than this has no room for insets
  const container = document.getElementById("map");
  root.classList.toggle("embedded", embedded);
  if (embedded) container.before(geo.text.el("h1", { class: "unseen", dir: "auto" }, block.title));
  document.body.append(geo.symbols.definitions(block.layers.flatMap((layer) => [...layer.features, ...layer.legend.map((row) => row.swatch)])));
  const narrow = container.clientWidth < NARROW;
  container.classList.toggle("narrow", narrow);

  const patches = block.basemap.patches.map(geo.basemap.decode);
  const [west, east] = geo.basemap.reach(patches);
  const [w, s, e, n] = block.frame;
  const frame = L.latLngBounds([s, w], [n, e]);
  const map = L.map(container, {
    attributionControl: false,
    zoomControl: false,
    zoomSnap: 0.1,
    maxZoom: 16,
    // Room above and below the world for a card on what lies at its edge.
    maxBounds: [[-87.5, west], [87.5, east]],
    maxBoundsViscosity: 1,
    fadeAnimation: false,
    zoomAnimation: !calm.matches,
    scrollWheelZoom: !embedded,
  });
  const leastZoom = () => Math.log2(Math.max(map.getSize().x / ((east - west) / 360), map.getSize().y) / 256);
  map.setMinZoom(Math.max(0, leastZoom()));
  map.createPane("basemap").style.zIndex = 150;
  map.fitBounds(frame, { padding: [24, 24], animate: false });
  const base = new geo.basemap.Basemap(patches).addTo(map);
  if (block.tiles) geo.tiles.layer(map, block.tiles);
  const drawing = new geo.features.Drawing(map, block.layers, (entry, at) => ruler.take(entry, at) || select(entry.id, "map", at));
  const entries = new Map(drawing.entries.map((entry) => [entry.id, entry]));
  const column = new geo.column.Column(document.getElementById("column"), block, (id, from) => select(id, from));
  const popups = new geo.popup.Popups(map, { toArticle: embedded ? null : toArticle, still: () => calm.matches });

  geo.controls.zoom(map, home);
  const check = geo.controls.layers(map, block, show);
  const ruler = geo.ruler.control(map);
  geo.controls.foot(map, block);
  const drawLegend = geo.controls.legend(map, block, drawing);
  document.getElementById("caption").append(
    geo.text.el("p", { dir: "auto" }, block.dek || block.title),
    geo.text.el("p", { class: "small" }, [geo.controls.credits(block), block.borders, block.found].filter(Boolean).join(". "), ...geo.tiles.credit(block)),
  );

  let rested = null; // centre and zoom of the whole story
  let resting = true; // whether the map stands there
  drawLegend();
  const insets = container.clientHeight < LOW ? [] : geo.inset.made(map, block, { entries: drawing.shown(), narrow, patches, go: (bounds) => go({ bounds }) });
  const locator =
    narrow || insets.length > 1
      ? null
      : geo.inset.locate(map, block, { patches, frame, entries: drawing.shown(), taken: insets.map(({ corner }) => corner) });
  map.on("moveend", () => {
    arrange();
    drawLegend();
  });
  const labels = new geo.labels.Labels(map, drawing, block.tiles ? [] : block.basemap.labels, {
    base,
    extra: () => marked().map((inset) => inset.mark(map)),
    rules: () => marked().flatMap((inset) => inset.ties()),
    choose: (entry) => ruler.take(entry) || select(entry.id, "map"),
  });
  labels.tether = () => marked().map((inset) => inset.tether());
  map.on("legendchange", () => labels.update());
  arrange();
  home();
  labels.homeZoom = map.getZoom();
  labels.update();

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
      inset.labels.update();
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

  function go(target) {
    move(target.bounds ? geo.frame.around(map, target.bounds) : target, false);
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
    if (!embedded) column.mark(id, from !== "mention");
    const open = () => popups.open(entry, at || entry.at, entry.feature.kind === "dot" || entry.feature.kind === "ring" ? geo.symbols.radius(entry.feature) : 0);
    const target = from === "map" ? null : geo.frame.target(map, drawing, entry, holder(id));
    if (!target) return open();
    map.closePopup();
    map.once("moveend", () => window.setTimeout(open));
    go(target);
  }

  function toArticle(entry) {
    map.closePopup();
    column.mark(entry.id, true)?.focus({ preventScroll: true });
  }

  if (embedded) container.addEventListener("click", () => map.scrollWheelZoom.enable());
  const redraw = () => {
    base.redraw();
    for (const inset of [...insets, locator]) inset?.base.redraw();
    labels.update();
  };
  for (const query of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"]) window.matchMedia(query).addEventListener("change", redraw);
  map.on("resize", () => {
    map.setMinZoom(Math.max(0, leastZoom()));
    if (resting) home();
  });
  map.on("moveend", () => {
    resting = atRest();
  });
  const fit = () => {
    container.classList.toggle("narrow", container.clientWidth < NARROW);
    map.invalidateSize({ pan: false });
  };
  new ResizeObserver(fit).observe(container);
  geo.print.ready(map, { fit, home: () => home({ still: true }), redraw });

  geo.children.receive(map, [west, east]);
  return map;
};
