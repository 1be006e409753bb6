// What lies over the map: zoom, layer switch, legend from what is drawn, scale and credits.
geo.controls = (() => {
  const { el, isolated, say, measure } = geo.text;
  const MOST_ROWS = 7;
  const SCALE_VARIES = 1.1;

  function control(position, element) {
    const Made = L.Control.extend({
      onAdd() {
        L.DomEvent.disableClickPropagation(element);
        L.DomEvent.disableScrollPropagation(element);
        return element;
      },
    });
    return new Made({ position });
  }

  // `home()` shows the whole story.
  function zoom(map, home) {
    const [more, less, whole] = [
      geo.symbols.button(say("zoom_in"), "in"),
      geo.symbols.button(say("zoom_out"), "out"),
      geo.symbols.button(say("whole"), "home"),
    ];
    more.addEventListener("click", () => map.zoomIn());
    less.addEventListener("click", () => map.zoomOut());
    whole.addEventListener("click", () => home());
    const limits = () => {
      more.disabled = map.getZoom() >= map.getMaxZoom();
      less.disabled = map.getZoom() <= map.getMinZoom();
    };
    map.on("zoomend zoomlevelschange", limits);
    map.whenReady(limits);
    return control("topright", el("div", { class: "controls" }, more, less, whole)).addTo(map);
  }

  let unfolded = null;

  // A button that opens a panel; Escape, a press elsewhere and another panel close it.
  function fold(button, panel, openClass) {
    const set = (open) => {
      if (open) {
        unfolded?.(false);
        unfolded = set;
      }
      button.setAttribute("aria-expanded", String(open));
      panel.classList.toggle(openClass, open);
    };
    set(false);
    button.addEventListener("click", () => set(button.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
      if (panel.contains(document.activeElement)) button.focus();
      set(false);
    });
    document.addEventListener("pointerdown", (event) => {
      if (!panel.contains(event.target) && !button.contains(event.target)) set(false);
    });
    return set;
  }

  // `show(id, on)` switches a layer.
  function layers(map, block, show) {
    const button = geo.symbols.button(say("layers"), "layers");
    const boxes = new Map();
    const rows = block.layers.map((layer) => {
      const box = el("input", { type: "checkbox", "data-layer": layer.id });
      box.checked = layer.on;
      box.addEventListener("change", () => show(layer.id, box.checked));
      boxes.set(layer.id, box);
      return el("label", { class: "layer-row" }, box, isolated(layer.title));
    });
    const panel = el("fieldset", { class: "layer-panel" }, el("legend", {}, say("layers")), ...rows);
    fold(button, panel, "open");
    control("topright", el("div", { class: "controls layers" }, button, panel)).addTo(map);
    return (id, on) => {
      boxes.get(id).checked = on;
    };
  }

  // One row for each look that the view shows, as the map draws it, and under them by whose rules borders run.
  function legend(map, block, drawing) {
    const list = el("ul", { class: "legend-rows" });
    const toggle = el("button", { type: "button", class: "legend-toggle" }, say("legend"));
    const body = el("div", { class: "legend-body" }, list, block.borders ? el("p", { class: "borders" }, block.borders) : null);
    const box = el("aside", { class: "legend", "aria-label": say("legend") }, body, toggle);
    fold(toggle, box, "open");
    toggle.addEventListener("click", () => {
      // One that is higher than its room is scrolled by keys, too.
      body.tabIndex = body.scrollHeight > body.clientHeight ? 0 : -1;
      map.fire("legendchange");
    });
    control("bottomright", box).addTo(map);
    const look = (style) => [style.kind, style.color, style.hatch || "", Boolean(style.dashed)].join();
    return () => {
      const view = geo.plane.view(map);
      const seen = new Set();
      for (const entry of drawing.entries) {
        const { layer, feature, bounds } = entry;
        if (drawing.on.get(layer.id) && view.intersects(bounds) && !drawing.vast(entry)) seen.add(`${layer.id} ${look(feature)}`);
      }
      const rows = block.layers.flatMap((layer) => layer.legend.filter((row) => seen.has(`${layer.id} ${look(row.swatch)}`)));
      const items = rows.slice(0, MOST_ROWS).map((row) => el("li", {}, geo.symbols.swatch(row.swatch), el("bdi", geo.text.tongue(row.lang), row.label)));
      list.replaceChildren(...items);
    };
  }

  function credits(block) {
    const data = (block.credits.length ? say("data", { sources: block.credits.join("; ") }) + say("stop") : "") + say("drawn");
    return block.credit ? block.credit.replace(/\.$/, "") + say("stop") + data : data;
  }

  // A scale bar that is true in the middle of the map, and stays away where the scale varies over it.
  const Scale = L.Control.Scale.extend({
    _update() {
      const map = this._map;
      const { x, y } = map.getSize();
      const metres = (at) => map.distance(map.containerPointToLatLng(at.subtract([20, 0])), map.containerPointToLatLng(at.add([20, 0])));
      const marks = [0.1, 0.5, 0.9].flatMap((across) => [0.1, 0.5, 0.9].map((down) => metres(L.point(x * across, y * down))));
      this._mScale.parentNode.hidden = Math.max(...marks) > Math.min(...marks) * SCALE_VARIES;
      this._updateScales((metres(L.point(x / 2, y / 2)) / 40) * this.options.maxWidth);
    },
    _updateScale(bar, text, ratio) {
      const [value, unit] = text.split(" ");
      const said = { km: "km", m: "m", mi: "mi" }[unit];
      L.Control.Scale.prototype._updateScale.call(this, bar, (said && measure(Number(value), said)) || text, ratio);
    },
  });

  // Scale bar over one line of plain credits; Leaflet's own line shows what children bring, and nowhere its flag.
  function foot(map, block) {
    L.Control.Attribution.prototype.options.prefix = "Leaflet";
    map.attributionControl = L.control.attribution({ position: "bottomleft", prefix: false }).addTo(map);
    control("bottomleft", el("p", { class: "credits" }, credits(block), ...(geo.tiles?.credit(block) ?? []))).addTo(map);
    new Scale({ position: "bottomleft", maxWidth: 110, imperial: Boolean(measure(1, "mi")) }).addTo(map);
  }

  return { zoom, layers, legend, foot, control, credits };
})();
