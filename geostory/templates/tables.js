// Places, distances and regions once more as tables, for those who read, search or copy them as such.
geo.tables = (() => {
  const { el, isolated, link, say, tongue } = geo.text;

  // Of a point; an area has none, and a name set in an area stands anywhere in it.
  function position(feature) {
    if (feature?.kind !== "dot" || feature.geometry.type !== "Point") return "";
    const { coordinates } = feature.geometry;
    const lon = ((((coordinates[0] + 180) % 360) + 360) % 360) - 180;
    const [north, east, south, west] = say("compass").split(",");
    const part = (value, sign) => `${geo.text.figure(Math.abs(value), 2)}°\u00a0${sign}`;
    return `${part(coordinates[1], coordinates[1] < 0 ? south : north)}, ${part(lon, lon < 0 ? west : east)}`;
  }

  const VERDICT = { agrees: "agrees", differs: "differs", "cannot be checked": "unchecked" };
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
      [say("place"), (row) => words(row.name)],
      [say("what"), (row) => words(row.what)],
      [say("position"), (row) => words(position(features.get(row.feature))), "figures"],
      [say("sure"), (row) => words(features.get(row.feature)?.popup.sure.replace(/[.。]$/, ""))],
      [say("named"), (row) => words(row.count ? String(row.count) : ""), "figures"],
    ];
  }

  function distances(features) {
    return [
      [say("between"), (row) => words(features.get(row.feature)?.popup.what || row.text)],
      [say("measured"), (row) => words(features.get(row.feature)?.label), "figures"],
      [say("in_article"), (row) => words(row.said)],
      [say("checked"), (row) => words(row.verdict && say(VERDICT[row.verdict] || row.verdict))],
    ];
  }

  function regions() {
    return [
      [say("region"), (row) => words(row.name)],
      [say("status"), (row) => (row.summary ? [el("span", tongue(row.lang), isolated(row.summary))] : [])],
      [say("sources"), (row) => (row.sources?.length ? [el("ul", {}, ...row.sources.map((source) => el("li", {}, link(source.title, source.address))))] : [])],
    ];
  }

  // All tables that have a row, or null where there is none.
  function all(block) {
    const features = new Map(block.layers.flatMap((layer) => layer.features.map((feature) => [feature.id, feature])));
    const kinds = [
      [say("places_table"), places, block.places],
      [say("distances_table"), distances, block.distances],
      [say("regions_table"), regions, block.regions],
    ];
    const made = kinds.filter(([, , rows]) => rows.length).map(([caption, columns, rows]) => table(caption, columns(features), rows));
    return made.length ? el("div", { class: "tables" }, ...made) : null;
  }

  return { all };
})();
