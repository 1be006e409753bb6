// Where the map stands: the story's frame clear of what lies over it, and the way to a single feature.
geo.frame = (() => {
  const EDGE = 22;
  const MARGIN = 10;
  const NEAR = 12;

  // Centre and zoom that show bounds within the map less a padding [left, top, right, bottom].
  function fitted(map, bounds, [left, top, right, bottom]) {
    const zoom = Math.min(map.getMaxZoom(), Math.max(map.getMinZoom(), map.getBoundsZoom(bounds, false, L.point(left + right, top + bottom))));
    const middle = map.project(bounds.getSouthWest(), zoom).add(map.project(bounds.getNorthEast(), zoom)).divideBy(2);
    const center = map.unproject(middle.add([(right - left) / 2, (bottom - top) / 2]), zoom);
    return { zoom, center };
  }

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
    const scored = pads
      .filter((pad) => pad[0] + pad[2] < size.x * 0.8 && pad[1] + pad[3] < size.y * 0.8)
      .map((pad) => {
        const view = fitted(map, bounds, pad);
        return { ...view, score: view.zoom - hidden(map, view, boxes, entries) };
      });
    if (!scored.length) return fitted(map, bounds, [0, 0, 0, 0]); // a map too small for any margin
    return scored.reduce((a, b) => (b.score > a.score + 1e-9 ? b : a));
  }

  // How much of the story boxes over the map hide in a view: 1 for each feature's point or most of a line, and the hidden share of each area.
  function hidden(map, { zoom, center }, boxes, entries) {
    const origin = map.project(center, zoom).subtract(map.getSize().divideBy(2));
    const pixel = (latlng) => map.project(latlng, zoom).subtract(origin);
    return entries.filter((entry) => entry.layer.on).reduce((sum, entry) => sum + lost(entry, pixel, boxes), 0);
  }

  function lost(entry, pixel, boxes) {
    const under = ({ x, y }, near) => boxes.some((box) => geo.placing.meet([x, y, x, y], box, near));
    const point = Math.max(under(pixel(entry.at), NEAR) ? 1 : 0, entry.feature.kind === "line" ? hiddenLine(entry, (at) => under(pixel(at), NEAR / 2)) : 0);
    if (!entry.dot) return point;
    const [a, b] = [pixel(entry.bounds.getNorthWest()), pixel(entry.bounds.getSouthEast())];
    const over = (box) => Math.max(0, Math.min(b.x, box[2]) - Math.max(a.x, box[0])) * Math.max(0, Math.min(b.y, box[3]) - Math.max(a.y, box[1]));
    const share = boxes.reduce((sum, box) => sum + over(box), 0) / Math.max(1, (b.x - a.x) * (b.y - a.y));
    return point + share;
  }

  // 1 for a line of which a third or more is under a box, less for less.
  function hiddenLine({ feature: { geometry } }, under) {
    const corners = geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat(1);
    const [[x1, y1], [x2, y2]] = [corners[0], corners[corners.length - 1]];
    const shares = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];
    const hits = shares.filter((share) => under(L.latLng(y1 + (y2 - y1) * share, x1 + (x2 - x1) * share))).length;
    return Math.min(1, (3 * hits) / shares.length);
  }

  // The free corner for a box of that size which hides least of the story and lies nearest to what it shows.
  function corner(map, entries, corners, size, bounds) {
    const all = map.getSize();
    const at = map.latLngToContainerPoint(bounds.getCenter());
    const view = { zoom: map.getZoom(), center: map.getCenter() };
    const cost = (name) => {
      const x = name.endsWith("left") ? 10 : all.x - size.x - 52;
      const y = name.startsWith("top") ? 10 : all.y - size.y - 68;
      const box = [x, y, x + size.x, y + size.y];
      return hidden(map, view, [box], entries) * 2 + Math.hypot(at.x - x - size.x / 2, at.y - y - size.y / 2) / all.x;
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
    if (entry.dot) {
      const fine = extent > 30 && extent < Math.max(size.x, size.y) * 1.5 && view.intersects(entry.bounds) && view.contains(entry.at);
      return fine && !inset ? null : { ...around(map, entry.bounds), zoom: Math.min(7, around(map, entry.bounds).zoom) };
    }
    if (inset) return around(map, inset.bounds.pad(0.3));
    return view.contains(entry.at) ? null : { center: entry.at, zoom: Math.max(map.getZoom(), 4) };
  }

  return { best, around, target, corner };
})();
