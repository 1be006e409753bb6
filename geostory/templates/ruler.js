// A ruler: two presses on the map give the distance between them, on the ellipsoid.
geo.ruler = (() => {
  const { el } = geo.text;
  const RADIUS = 6378137;
  const FLATTENING = 1 / 298.257223563;
  const rad = (degrees) => (degrees * Math.PI) / 180;

  // Metres along the ellipsoid by Lambert's formula, good to some ten metres in ten thousand kilometres.
  function metres(a, b) {
    const reduced = (lat) => Math.atan((1 - FLATTENING) * Math.tan(rad(lat)));
    const [p1, p2] = [reduced(a.lat), reduced(b.lat)];
    const half = Math.sin((p2 - p1) / 2) ** 2 + Math.cos(p1) * Math.cos(p2) * Math.sin(rad(b.lng - a.lng) / 2) ** 2;
    const angle = 2 * Math.asin(Math.min(1, Math.sqrt(half)));
    if (angle < 1e-12) return 0;
    const [p, q] = [(p1 + p2) / 2, (p2 - p1) / 2];
    const x = (angle - Math.sin(angle)) * ((Math.sin(p) * Math.cos(q)) / Math.cos(angle / 2)) ** 2;
    const y = (angle + Math.sin(angle)) * ((Math.cos(p) * Math.sin(q)) / Math.sin(angle / 2)) ** 2;
    return RADIUS * (angle - (FLATTENING / 2) * (x + y));
  }

  // Three figures at most, in both units.
  function words(length) {
    const round = (value) => {
      const step = 10 ** Math.max(-1, Math.floor(Math.log10(value || 1)) - 2);
      return (Math.round(value / step) * step).toLocaleString("en", { maximumFractionDigits: step < 1 ? 1 : 0 });
    };
    return length < 1000 ? `${round(length)} m` : `${round(length / 1000)} km (${round(length / 1609.344)} mi)`;
  }

  function control(map) {
    const button = geo.symbols.button("Measure a distance", "ruler", { "aria-pressed": "false" });
    const said = el("output", { class: "ruler-said" });
    let ends = [];
    let line = null;
    const on = () => button.getAttribute("aria-pressed") === "true";
    const clear = () => {
      ends = [];
      line?.remove();
      line = null;
    };
    const set = (wanted) => {
      button.setAttribute("aria-pressed", String(wanted));
      map.getContainer().classList.toggle("measuring", wanted);
      clear();
      said.textContent = wanted ? "Press two points on the map" : "";
    };
    button.addEventListener("click", () => set(!on()));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && on()) set(false);
    });
    map.on("click", ({ latlng }) => {
      if (!on()) return;
      if (ends.length === 2) clear();
      ends.push(latlng);
      line?.remove();
      const style = { color: "var(--ink)", weight: 1.5, dashArray: "4 3", interactive: false };
      line = (ends.length === 1 ? L.circleMarker(latlng, { ...style, radius: 3 }) : L.polyline(ends, style)).addTo(map);
      if (ends.length === 2) said.textContent = words(metres(...ends));
    });
    geo.controls.control("topright", el("div", { class: "controls ruler" }, button, said)).addTo(map);
  }

  return { control, metres, words };
})();
