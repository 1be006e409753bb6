// How each kind of feature looks, once for the map and the legend: line styles, hatches, ticks, swatches.
geo.symbols = (() => {
  const { el, svg } = geo.text;
  const { lines, space } = geo;
  const RADIUS = [0, space.dot1, space.dot2, space.dot3];
  const CASING = lines.dot_casing;
  const DISC = 10.5; // of a numbered event
  // Direction in degrees and spacing in pixels of each status, so that they differ in grey too; two directions cross.
  const HATCH = {
    annexed: { angles: [45], gap: 6 },
    occupied: { angles: [135], gap: 6 },
    disputed: { angles: [45, 135], gap: 13, width: lines.hatch_crossed },
    leased: { angles: [0], gap: 8 },
    breakaway: { angles: [45], gap: 12 },
  };

  const ink = (token) => `var(--${token})`;

  function radius(style) {
    if (style.kind === "disc") return DISC;
    if (style.kind === "note") return 2.5;
    return RADIUS[Math.max(1, Math.min(3, style.weight || 1))];
  }

  // Options of the Leaflet paths that draw one feature, lowest first: a casing of the ground's colour, then the ink.
  function paths(style) {
    const color = ink(style.color);
    const dashed = style.dashed;
    const casing = { stroke: true, color: ink("focus_land"), opacity: 0.85, fill: false, interactive: false, dashArray: null };
    switch (style.kind) {
      case "dot":
        return dashed
          ? paths({ ...style, kind: "ring" })
          : [{ radius: radius(style) + CASING / 2, color: ink("focus_land"), weight: CASING, fillColor: color, fillOpacity: 1, fill: true }];
      case "ring":
        return [
          { radius: radius(style) + CASING, stroke: false, fill: true, fillColor: ink("focus_land"), fillOpacity: 0.9 },
          { radius: radius(style), color, weight: lines.ring, fill: false, interactive: false, dashArray: dashed ? "3.4 2.4" : null },
        ];
      case "line":
        return [
          { ...casing, weight: (style.heavy ? lines.heavy : lines.distance) + 2 * lines.casing, interactive: true },
          { color, weight: style.heavy ? lines.heavy : lines.distance + 0.5 * ((style.weight || 1) - 1), fill: false, interactive: false, lineCap: "butt", dashArray: dashed ? "6 4" : null, ticks: style.color },
        ];
      case "arrow":
        return [
          { ...casing, weight: 6, interactive: true },
          { color, weight: 2.5, fill: false, interactive: false, lineCap: "butt", head: style.color },
        ];
      case "dots": // many, painted together; these options serve the legend
        return [{ radius: space.dots, color: ink("focus_land"), weight: lines.dots_casing, fillColor: color, fillOpacity: 1, fill: true }];
      case "disc":
      case "note":
        return [{ radius: radius(style) + CASING / 2, color: ink("focus_land"), weight: CASING, fillColor: color, fillOpacity: 1, fill: true }];
      case "region":
        return [
          { ...casing, weight: lines.region + 2 },
          {
            color,
            weight: lines.region,
            dashArray: dashed ? "6 4" : null,
            fill: true,
            fillColor: style.hatch ? `url(#hatch-${style.hatch}-${style.color})` : color,
            fillOpacity: style.hatch ? 1 : 0.18,
          },
        ];
      case "tint":
        return [{ stroke: false, fill: true, fillColor: color, fillOpacity: 0.22 }];
      case "stroke":
        return [
          { ...casing, weight: lines.stroke + 2 },
          { color, weight: lines.stroke, fill: false, dashArray: dashed ? "6 4" : null },
        ];
      case "area":
        return [
          { ...casing, weight: 2 * lines.area, opacity: 0.6 },
          { color, weight: lines.area, fill: true, fillColor: color, fillOpacity: 0.05, dashArray: dashed ? "6 4" : null },
        ];
      default:
        return [];
    }
  }

  function hatch(status, token) {
    const { angles, gap, width = geo.lines.hatch } = HATCH[status] || HATCH.disputed;
    const lines = angles.map((angle) =>
      svg("rect", {
        width,
        height: gap * 3,
        x: -width / 2,
        y: -gap * 1.5,
        fill: ink(token),
        // A second direction turns against the pattern's own.
        transform: `translate(${gap / 2} ${gap / 2}) rotate(${angle - angles[0]})`,
      }),
    );
    return svg(
      "pattern",
      { id: `hatch-${status}-${token}`, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angles[0]})` },
      ...lines,
    );
  }

  function tick(token) {
    return svg(
      "marker",
      { id: `tick-${token}`, markerUnits: "userSpaceOnUse", markerWidth: 4, markerHeight: 12, refX: 2, refY: 6, viewBox: "0 0 4 12", orient: "auto" },
      svg("rect", { x: 0.25, y: 0.5, width: 3.5, height: 11, fill: ink("focus_land") }),
      svg("rect", { x: 1.25, y: 1.5, width: 1.5, height: 9, fill: ink(token) }),
    );
  }

  // An arrow's head, whose point is the line's end.
  function head(token) {
    return svg(
      "marker",
      { id: `head-${token}`, markerUnits: "userSpaceOnUse", markerWidth: 18, markerHeight: 16, refX: 14, refY: 8, viewBox: "0 0 18 16", orient: "auto" },
      svg("path", { d: "M2 2L15 8L2 14L5 8Z", fill: ink(token), stroke: ink("focus_land"), "stroke-width": 1.5, "stroke-linejoin": "round", "paint-order": "stroke" }),
    );
  }

  // The hatches and ticks that the styles use, in an SVG of no size that every drawing on the page can refer to.
  function definitions(styles) {
    const made = new Map();
    for (const style of styles) {
      if (style.hatch) made.set(`hatch ${style.hatch} ${style.color}`, () => hatch(style.hatch, style.color));
      if (style.kind === "arrow") made.set(`head ${style.color}`, () => head(style.color));
      if (style.kind === "line") made.set(`tick ${style.color}`, () => tick(style.color));
    }
    const nodes = [...made.values()].map((make) => make());
    return svg("svg", { class: "definitions", width: 0, height: 0, "aria-hidden": "true" }, svg("defs", {}, ...nodes));
  }

  // A sample of a style for legends and lists, from the same options as the map's paths.
  function swatch(style) {
    const box = svg("svg", { class: "swatch", width: 26, height: 16, viewBox: "0 0 26 16", "aria-hidden": "true" });
    if (style.kind === "label") {
      box.append(svg("text", { x: 13, y: 12, "text-anchor": "middle", fill: ink(style.color), class: "swatch-text" }, "Aa"));
    }
    for (const options of paths({ ...style, weight: 1 })) {
      const shape = options.radius
        ? svg("circle", { cx: 13, cy: 8, r: Math.min(7.25, options.radius) })
        : ["line", "arrow", "stroke"].includes(style.kind)
          ? svg("path", { d: "M3 8H23" })
          : svg("rect", { x: 2, y: 2, width: 22, height: 12 });
      drawn(shape, options);
      box.append(shape);
    }
    if (style.kind === "disc") box.append(svg("text", { x: 13, y: 12, "text-anchor": "middle", class: "swatch-number" }, String(style.number)));
    return box;
  }

  function drawn(shape, options) {
    const set = (name, value) => shape.setAttribute(name, value);
    set("fill", options.fill ? options.fillColor : "none");
    if (options.fill) set("fill-opacity", options.fillOpacity ?? 1);
    if (options.stroke !== false) {
      set("stroke", options.color);
      set("stroke-width", options.weight);
      set("stroke-opacity", options.opacity ?? 1);
      if (options.dashArray) set("stroke-dasharray", options.dashArray);
    }
    ticks(shape, options);
  }

  function ticks(shape, options) {
    if (options.head) shape.setAttribute("marker-end", `url(#head-${options.head})`);
    if (!options.ticks) return;
    shape.setAttribute("marker-start", `url(#tick-${options.ticks})`);
    shape.setAttribute("marker-end", `url(#tick-${options.ticks})`);
  }

  // Icons of the controls, drawn with lines only.
  function icon(name) {
    const d = {
      in: "M8 3V13M3 8H13",
      out: "M3 8H13",
      home: "M2.5 6V2.5H6M10 2.5H13.5V6M13.5 10V13.5H10M6 13.5H2.5V10",
      layers: "M8 2L14.5 5.5L8 9L1.5 5.5ZM2 8.3L8 11.5L14 8.3M2 10.9L8 14.1L14 10.9",
      back: "M10 3L5 8L10 13",
      next: "M6 3L11 8L6 13",
      ruler: "M1.5 11L11 1.5L14.5 5L5 14.5ZM4 8.5L5.5 10M6.5 6L8.5 8M9 3.5L10.5 5",
    }[name];
    return svg("svg", { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true", class: "icon" }, svg("path", { d }));
  }

  function button(label, name, attributes = {}) {
    return el("button", { type: "button", class: "control-button", "aria-label": label, title: label, ...attributes }, icon(name));
  }

  return { paths, definitions, swatch, ticks, radius, icon, button };
})();
