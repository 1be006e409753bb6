// What a reader may switch: the day for which the story's regions stand, and whose borders are drawn. A choice is kept as what it
// changes about the page's block; what was drawn or written from the block follows.
geo.switches = (() => {
  const { el, isolated, link, say: word } = geo.text;

  const listed = (block) => new Map(block.layers.flatMap(({ features }) => features.map((feature) => [feature.id, feature])));

  // Every look that a choice may bring, so that its hatches are there.
  function looks(block) {
    const features = listed(block);
    const { times = [], views = [] } = block;
    const states = [...times, ...views.flatMap((view) => [view, ...(view.times || [])])];
    return states.flatMap((state) => Object.entries(state.features).map(([id, told]) => ({ ...features.get(id), ...told })));
  }

  const less = (list, { drop, add }) => [...list.filter((_, number) => !drop.includes(number)), ...add];

  // A ground's patch as the block has it, with what a choice drops and adds.
  function patched(patch, change = {}) {
    return { ...patch, ...Object.fromEntries(Object.entries(change).map(([name, delta]) => [name, less(patch[name], delta)])) };
  }

  function select(title, choices, chosen, choose) {
    const list = el("select", {}, ...choices.map((words, value) => el("option", { value }, words)));
    list.value = String(chosen);
    list.addEventListener("change", () => choose(Number(list.value)));
    return el("label", { class: "switch" }, el("span", {}, title), list);
  }

  // In the legend, where the block has days or views to choose from. `lay(patches)` takes another ground, `redraw()` draws all anew.
  function control(block, { column, lay, redraw }) {
    const { times, views } = block;
    if (!times && !views) return;
    const own = times ? times.findIndex(({ date }) => date === block.as_of) : 0;
    const chosen = { day: own, view: 0 };
    const features = listed(block);
    const before = {
      features: new Map([...features].map(([id, feature]) => [id, { ...feature, absent: false }])),
      legends: new Map(block.layers.map(({ id, legend }) => [id, legend])),
      basemap: { ...block.basemap },
      dek: block.dek,
      description: block.description,
    };
    const said = times && el("p", { class: "switch-said", role: "status" });
    const choose = (what) => (value) => {
      chosen[what] = value;
      apply();
    };
    const fields = [
      views && select(word("of_view"), views.map(({ label }) => label), 0, choose("view")),
      times && select(word("of_day"), times.map(({ day }) => day), own, choose("day")),
    ];
    document.querySelector(".legend-rows").after(el("div", { class: "switches" }, ...fields, said));
    say();

    function say() {
      said?.replaceChildren(isolated(times[chosen.day].words));
    }

    function state() {
      const { day, view } = chosen;
      if (day === own) return views ? views[view] : times[own];
      return view ? views[view].times[day] : times[day];
    }

    function apply() {
      const now = state();
      const ground = now.ground === undefined ? {} : block.grounds[now.ground];
      reword("borders", now.borders, ".legend .borders, #caption .small, .note");
      reword("dek", now.dek || before.dek, ".dek, #caption p:not(.map-title, .small)");
      reword("description", now.description || before.description, "#map-description");
      for (const layer of block.layers) layer.legend = now.legends[layer.id] || before.legends.get(layer.id);
      for (const [id, feature] of features) {
        const [old, told = {}] = [before.features.get(id), now.features[id]];
        Object.assign(feature, old, told, { popup: { ...old.popup, ...told.popup } });
      }
      block.basemap.labels = ground.labels ? less(before.basemap.labels, ground.labels) : before.basemap.labels;
      lay(before.basemap.patches.map((patch, number) => patched(patch, ground.patches?.[number])));
      say();
      beside();
      redraw();
    }

    // Words of the block wherever they stand.
    function reword(key, words, places) {
      for (const { firstChild } of document.querySelectorAll(places)) firstChild.data = firstChild.data.replace(block[key], () => words);
      block[key] = words;
    }

    // The rows, marks and tables beside the map.
    function beside() {
      const { marks, rows } = column();
      for (const region of block.regions) {
        const { color, popup, absent } = features.get(region.feature);
        Object.assign(region, { name: popup.title, summary: popup.what, sources: popup.sources });
        for (const mark of marks.get(region.feature) || []) mark.style.setProperty("--ink-of-mark", `var(--${color})`);
        const row = rows.get(region.feature);
        row.querySelector(".swatch").replaceWith(absent ? el("span", { class: "swatch" }) : geo.symbols.swatch(features.get(region.feature)));
        row.querySelector(".what").replaceChildren(isolated(region.summary));
        const items = region.sources.map((source) => el("li", {}, link(source.title, source.address)));
        row.parentNode.querySelector(".row-sources")?.replaceChildren(...items);
      }
      for (const place of block.places) place.name = features.get(place.feature).popup.title;
      for (const { feature, name } of [...block.regions, ...block.places]) {
        rows.get(feature).querySelector(".row-title").replaceChildren(isolated(name));
      }
      document.querySelector(".tables")?.replaceWith(geo.tables.all(block));
    }
  }

  return { control, looks };
})();
