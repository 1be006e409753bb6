// Places, distances and regions once more as tables, for those who read, search or copy them as such.
geo.tables = (() => {
  const { el, isolated, link } = geo.text;

  // Of a point; an area has none, and a name set in an area stands anywhere in it.
  function position(feature) {
    if (feature?.kind !== "dot" || feature.geometry.type !== "Point") return "";
    const { coordinates } = feature.geometry;
    const lon = ((((coordinates[0] + 180) % 360) + 360) % 360) - 180;
    const part = (value, signs) => `${Math.abs(value).toFixed(2)}°\u00a0${signs[value < 0 ? 1 : 0]}`;
    return `${part(coordinates[1], "NS")}, ${part(lon, "EW")}`;
  }

  const words = (text) => (text ? [isolated(text)] : []);

  // A table of `columns` [title, cell(row), class]; a column that no row fills is left out.
  function table(caption, columns, rows) {
    const made = columns.map(([title, cell, style]) => ({ title, style, cells: rows.map(cell) }));
    const shown = made.filter(({ cells }) => cells.some((cell) => cell.length));
    const head = el("tr", {}, ...shown.map(({ title, style }) => el("th", { scope: "col", class: style }, title)));
    const body = rows.map((_, row) => el("tr", {}, ...shown.map(({ style, cells }, column) => cell(cells[row], style, column === 0))));
    // Its own scroll area, so that a table wider than the column doesn't widen the page.
    return el(
      "div",
      { class: "table", role: "region", "aria-label": caption, tabindex: "0" },
      el("table", {}, el("caption", {}, caption), el("thead", {}, head), el("tbody", {}, ...body)),
    );
  }

  function cell(parts, style, first) {
    return first ? el("th", { scope: "row", class: style }, ...parts) : el("td", { class: style }, ...parts);
  }

  function places(features) {
    return [
      ["Place", (row) => words(row.name)],
      ["What it is", (row) => words(row.what)],
      ["Position", (row) => words(position(features.get(row.feature))), "figures"],
      ["How sure", (row) => words(features.get(row.feature)?.popup.sure.replace(/\.$/, ""))],
      ["Named", (row) => words(row.count ? String(row.count) : ""), "figures"],
    ];
  }

  function distances(features) {
    return [
      ["Between", (row) => words(features.get(row.feature)?.popup.what || row.text)],
      ["Measured", (row) => words(features.get(row.feature)?.label), "figures"],
      ["In the article", (row) => words(row.said)],
      ["Checked", (row) => words(row.verdict)],
    ];
  }

  function regions() {
    return [
      ["Region", (row) => words(row.name)],
      ["Status", (row) => words(row.summary)],
      ["Sources", (row) => (row.sources?.length ? [el("ul", {}, ...row.sources.map((source) => el("li", {}, link(source.title, source.address))))] : [])],
    ];
  }

  // All tables that have a row, or null where there is none.
  function all(block) {
    const features = new Map(block.layers.flatMap((layer) => layer.features.map((feature) => [feature.id, feature])));
    const kinds = [
      ["Places on the map", places, block.places],
      ["Distances on the map", distances, block.distances],
      ["Regions on the map", regions, block.regions],
    ];
    const made = kinds.filter(([, , rows]) => rows.length).map(([caption, columns, rows]) => table(caption, columns(features), rows));
    return made.length ? el("div", { class: "tables" }, ...made) : null;
  }

  return { all };
})();
