// Where the map stands: the story's frame clear of what lies over it, and the way to a single feature.
geo.frame = (() => {
  const EDGE = 22;
  const MARGIN = 10;
  const NEAR = 12;

  // Zoom at which a box of the plane fits into the map less a padding [left, top, right, bottom], and the plane's point then
  // in the middle of the map.
  function fitting(map, [x0, y0, x1, y1], [left, top, right, bottom]) {
    const { crs, zoomSnap } = map.options;
    const size = map.getSize();
    const share = Math.min((size.x - left - right) / (x1 - x0), (size.y - top - bottom) / (y1 - y0));
    const snapped = Math.floor(Math.log2(share / crs.scale(0)) / zoomSnap + 1e-6) * zoomSnap;
    const zoom = Math.min(map.getMaxZoom(), Math.max(map.getMinZoom(), snapped));
    const scale = crs.scale(zoom);
    return { zoom, scale, x: (x0 + x1) / 2 + (right - left) / 2 / scale, y: (y0 + y1) / 2 + (bottom - top) / 2 / scale };
  }

  const placed = (map, { zoom, x, y, scale }) => ({ zoom, center: map.unproject(L.point(x, y).multiplyBy(scale), zoom) });

  // Centre and zoom that show bounds within the map less a padding.
  const fitted = (map, bounds, padding) => placed(map, fitting(map, bounds.box, padding));

  // Of several paddings, each clear of some of the boxes over the map, the one with the largest scale that hides no feature.
  function best(map, bounds, entries) {
    const boxes = geo.placing.covers(map);
    const size = map.getSize();
    const pads = [[EDGE, EDGE, EDGE + 20, EDGE]];
    for (const box of boxes) {
      const sides = [box[2], box[3], size.x - box[0], size.y - box[1]].map((value) => value + MARGIN);
      const nearest = [0, 1, 2, 3].filter((side) => sides[side] < (side % 2 ? size.y : size.x) * 0.55);
      for (const pad of [...pads]) {
        for (const side of nearest) pads.push(pad.map((value, i) => (i === side ? Math.max(value, sides[side]) : value)));
      }
      if (pads.length > 400) break;
    }
    const things = weighed(map, entries);
    const scored = pads
      .filter((pad) => pad[0] + pad[2] < size.x * 0.8 && pad[1] + pad[3] < size.y * 0.8)
      .map((pad) => {
        const view = fitting(map, bounds.box, pad);
        return { ...view, score: view.zoom - hidden(size, view, boxes, things) };
      });
    if (!scored.length) return fitted(map, bounds, [0, 0, 0, 0]); // a map too small for any margin
    return placed(map, scored.reduce((a, b) => (b.score > a.score + 1e-9 ? b : a)));
  }

  // What boxes over the map should not hide, in the plane: each feature's point, points along its line, the box of its area.
  function weighed(map, entries) {
    const { crs } = map.options;
    const point = (latlng) => crs.latLngToPoint(latlng, 0).divideBy(crs.scale(0));
    return entries
      .filter(({ layer }) => layer.on)
      .map((entry) => ({ at: point(entry.at), line: entry.feature.kind === "line" ? along(entry).map(point) : [], box: entry.wide ? entry.bounds.box : null }));
  }

  function along({ feature: { geometry } }) {
    const corners = geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat(1);
    const [[x1, y1], [x2, y2]] = [corners[0], corners[corners.length - 1]];
    return Array.from({ length: 9 }, (_, i) => L.latLng(y1 + ((y2 - y1) * i) / 8, x1 + ((x2 - x1) * i) / 8));
  }

  // How much of the story boxes over the map hide in a view: 1 for each feature's point or a third of a line, and the hidden share of each area.
  function hidden(size, { scale, x, y }, boxes, things) {
    const [left, top] = [x * scale - size.x / 2, y * scale - size.y / 2];
    const under = (at, near) => {
      const [px, py] = [at.x * scale - left, at.y * scale - top];
      return boxes.some((box) => px > box[0] - near && px < box[2] + near && py > box[1] - near && py < box[3] + near);
    };
    let sum = 0;
    for (const { at, line, box } of things) {
      const hits = line.filter((point) => under(point, NEAR / 2)).length;
      sum += Math.max(under(at, NEAR) ? 1 : 0, Math.min(1, (3 * hits) / 9));
      if (!box) continue;
      const [a, b, c, d] = box.map((value, i) => value * scale - (i % 2 ? top : left));
      const over = boxes.reduce((all, [l, t, r, u]) => all + Math.max(0, Math.min(c, r) - Math.max(a, l)) * Math.max(0, Math.min(d, u) - Math.max(b, t)), 0);
      sum += over / Math.max(1, (c - a) * (d - b));
    }
    return sum;
  }

  // The free corner for a box of that size which hides least of the story and lies nearest to what it shows.
  function corner(map, entries, corners, size, bounds) {
    const all = map.getSize();
    const at = map.latLngToContainerPoint(bounds.getCenter());
    const scale = map.options.crs.scale(map.getZoom());
    const { x: middleX, y: middleY } = map.project(map.getCenter()).divideBy(scale);
    const things = weighed(map, entries);
    const cost = (name) => {
      const x = name.endsWith("left") ? 10 : all.x - size.x - 52;
      const y = name.startsWith("top") ? 10 : all.y - size.y - 68;
      const box = [x, y, x + size.x, y + size.y];
      return hidden(all, { scale, x: middleX, y: middleY }, [box], things) * 2 + Math.hypot(at.x - x - size.x / 2, at.y - y - size.y / 2) / all.x;
    };
    return [...corners].sort((a, b) => cost(a) - cost(b))[0];
  }

  function around(map, bounds) {
    const size = map.getSize();
    return fitted(map, geo.plane.united(map.options.crs, [bounds]), [size.x * 0.15, size.y * 0.22, size.x * 0.15, size.y * 0.15]);
  }

  // The view for one feature, or null where this one already shows it well; `inset` is the one that shows it now, if any.
  function target(map, drawing, entry, inset) {
    const view = geo.plane.view(map).pad(-0.04);
    const pixels = drawing.pixels(entry);
    const extent = Math.max(pixels.x, pixels.y);
    const size = map.getSize();
    if (entry.feature.kind === "line") {
      return extent > 60 && view.contains(entry.bounds) ? null : around(map, entry.bounds.pad(0.75));
    }
    if (entry.wide) {
      const fine = extent > 30 && extent < Math.max(size.x, size.y) * 1.5 && view.intersects(entry.bounds) && view.contains(entry.at);
      return fine && !inset ? null : { ...around(map, entry.bounds), zoom: Math.min(7, around(map, entry.bounds).zoom) };
    }
    if (inset) return around(map, inset.bounds.pad(0.3));
    return view.contains(entry.at) ? null : { center: entry.at, zoom: Math.max(map.getZoom(), 4) };
  }

  return { best, around, target, corner };
})();
