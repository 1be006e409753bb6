// A ruler: two points give the distance between them as the program measures it, along the geodesic on the WGS 84 ellipsoid.
geo.ruler = (() => {
  const { el, svg, say, measure } = geo.text;
  const A = 6378137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const [MILE, YARD] = [1609.344, 0.9144];
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const deg = (radians) => (radians * 180) / Math.PI;
  const wrapped = (lng) => lng - 360 * Math.round(lng / 360);

  // Vincenty's inverse solution (Survey Review 23/176, 1975); null for points so nearly opposite that it runs astray.
  function solved(a, b) {
    const [u1, u2] = [a, b].map(({ lat }) => Math.atan((1 - F) * Math.tan(rad(lat))));
    const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
    const length = rad(wrapped(b.lng - a.lng));
    let lambda = length;
    for (let i = 0; i < 100 && Math.abs(lambda) <= Math.PI; i += 1) {
      const x = c1 * s2 - s1 * c2 * Math.cos(lambda);
      const y = c2 * Math.sin(lambda);
      const sin = Math.hypot(x, y);
      const cos = s1 * s2 + c1 * c2 * Math.cos(lambda);
      if (sin < 1e-15) return cos > 0 ? { metres: 0, at: () => a } : null;
      const sigma = Math.atan2(sin, cos);
      const alpha = (c1 * c2 * Math.sin(lambda)) / sin;
      const square = 1 - alpha * alpha;
      const middle = square < 1e-15 ? 0 : cos - (2 * s1 * s2) / square;
      const c = (F / 16) * square * (4 + F * (4 - 3 * square));
      const shift = (arc, from, to) => arc + c * Math.sin(arc) * (from + c * Math.cos(arc) * to);
      const next = length + (1 - c) * F * alpha * shift(sigma, middle, 2 * middle * middle - 1);
      const found = Math.abs(next - lambda) < 1e-13;
      lambda = next;
      if (!found) continue;
      const start = Math.atan2(y, x);
      const first = Math.atan2(s1, c1 * Math.cos(start)); // the arc from the equator to a
      const at = (share) => {
        const [arc, way] = [sigma * share, Math.cos(start)];
        const [sa, ca] = [Math.sin(arc), Math.cos(arc)];
        const lat = Math.atan2(s1 * ca + c1 * sa * way, (1 - F) * Math.hypot(alpha, s1 * sa - c1 * ca * way));
        const turn = Math.atan2(sa * Math.sin(start), c1 * ca - s1 * sa * way);
        const double = Math.cos(2 * first + arc);
        return { lat: deg(lat), lng: a.lng + deg(turn - (1 - c) * F * alpha * shift(arc, double, 2 * double * double - 1)) };
      };
      return { metres: scaled(square, sigma, sin, cos, middle), at };
    }
    return null;
  }

  function scaled(square, sigma, sin, cos, middle) {
    const u = (square * (A * A - B * B)) / (B * B);
    const first = 1 + (u / 16384) * (4096 + u * (u * (320 - 175 * u) - 768));
    const second = (u / 1024) * (256 + u * (u * (74 - 47 * u) - 128));
    const rest = (second / 6) * middle * (4 * sin * sin - 3) * (4 * middle * middle - 3);
    return B * first * (sigma - second * sin * (middle + (second / 4) * (cos * (2 * middle * middle - 1) - rest)));
  }

  // Nearly opposite points: the geodesic is the shortest way over some point a quarter of the globe from the first.
  function opposite(a, b) {
    const over = (bearing) => {
      const [lat, turn] = [rad(a.lat), rad(bearing)];
      const middle = { lat: deg(Math.asin(Math.cos(lat) * Math.cos(turn))), lng: a.lng + deg(Math.atan2(Math.sin(turn), -Math.sin(lat) * Math.cos(turn))) };
      const [one, two] = [solved(a, middle), solved(middle, b)];
      return one && two ? { bearing, metres: one.metres + two.metres, parts: [one, two] } : { bearing, metres: Infinity };
    };
    const shortest = (ways) => ways.reduce((x, y) => (y.metres < x.metres ? y : x));
    let best = shortest(Array.from({ length: 72 }, (_, i) => over(5 * i)));
    for (let step = 2.5; step > 1e-7; step /= 2) best = shortest([best, over(best.bearing - step), over(best.bearing + step)]);
    const [one, two] = best.parts;
    return { metres: best.metres, at: (share) => (share < 0.5 ? one.at(2 * share) : two.at(2 * share - 1)) };
  }

  function geodesic(a, b) {
    return solved(a, b) || opposite(a, b);
  }

  function metres(a, b) {
    return geodesic(a, b).metres;
  }

  // Corners of the geodesic as it is drawn, their longitudes running on from the first.
  function path(a, b) {
    const { metres: length, at } = geodesic(a, b);
    const steps = Math.max(1, Math.min(256, Math.ceil(length / 20000)));
    const corners = [a];
    for (let i = 1; i <= steps; i += 1) {
      const { lat, lng } = i === steps ? b : at(i / steps);
      const last = corners[corners.length - 1].lng;
      corners.push({ lat, lng: last + wrapped(lng - last) });
    }
    return corners;
  }

  const both = (metric, other) => (other ? `${metric} (${other})` : metric);

  // The words of the program's own figures, in English in both units; the miles from the rounded kilometres.
  function words(length) {
    if (length < 995) {
      const step = length >= 100 ? 10 : 1;
      const round = (value) => step * Math.round(value / step);
      return both(measure(round(length), "m"), measure(round(length / YARD), "yd"));
    }
    const round = (value) => (value < 9.95 ? Math.round(value * 10) / 10 : value < 1000 ? Math.round(value) : 10 * Math.round(value / 10));
    const digits = (value) => (value < 9.95 ? 1 : 0);
    const km = round(length / 1000);
    const miles = round((km * 1000) / MILE);
    return both(measure(km, "km", digits(km)), measure(miles, "mi", digits(miles)));
  }

  // The point of the map that the arrow keys move while the ruler is on; a small step with Shift.
  class Cross {
    constructor(map) {
      this.map = map;
      const lines = ["halo", "ink"].map((kind) => svg("path", { class: `cross-${kind}`, d: "M12.5 1V24M1 12.5H24" }));
      this.element = svg("svg", { class: "ruler-cross", width: 25, height: 25, "aria-hidden": "true" }, ...lines);
      map.getContainer().append(this.element);
    }

    centre() {
      this.at = this.map.getSize().divideBy(2).round();
      this.move(0, 0);
    }

    move(dx, dy) {
      const size = this.map.getSize();
      const wanted = this.at.add([dx, dy]);
      this.at = L.point(Math.max(20, Math.min(size.x - 20, wanted.x)), Math.max(20, Math.min(size.y - 20, wanted.y)));
      const beyond = wanted.subtract(this.at);
      if (beyond.x || beyond.y) this.map.panBy(beyond, { animate: false });
      this.element.style.transform = `translate(${this.at.x}px, ${this.at.y}px)`;
    }
  }

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // `take(entry, at)` uses a place or the pressed point of a feature while the ruler is on, and says whether it did.
  function control(map) {
    const container = map.getContainer();
    const button = geo.symbols.button(say("ruler"), "ruler", { "aria-pressed": "false" });
    const said = el("output", { class: "ruler-said" });
    const cross = new Cross(map);
    const drawn = L.featureGroup().addTo(map);
    let ends = [];
    const on = () => button.getAttribute("aria-pressed") === "true";
    const byKeys = (keys) => container.classList.toggle("by-keys", keys);
    const clear = () => {
      ends = [];
      drawn.clearLayers();
    };
    const set = (wanted, line = "") => {
      button.setAttribute("aria-pressed", String(wanted));
      container.classList.toggle("measuring", wanted);
      clear();
      said.textContent = line;
    };
    const add = (latlng) => {
      if (ends.length === 2) clear();
      ends.push(latlng);
      const style = { color: "var(--ink)", weight: 1.5, interactive: false };
      drawn.addLayer(L.circleMarker(latlng, { ...style, radius: 3, fill: true, fillColor: "var(--paper)", fillOpacity: 1 }));
      if (ends.length === 1) {
        said.textContent = say("second");
        return;
      }
      const line = path(...ends);
      // Across the edge of the map the far end is met from the other side.
      const round = ends[1].lng - line[line.length - 1].lng;
      const turns = Math.abs(round) > 1 ? [0, round] : [0];
      const lines = turns.map((turn) => line.map(({ lat, lng }) => [lat, lng + turn]));
      drawn.addLayer(L.polyline(lines, { ...style, color: "var(--paper)", weight: 4, opacity: 0.85, noClip: true }));
      drawn.addLayer(L.polyline(lines, { ...style, dashArray: "4 3", noClip: true }));
      said.textContent = words(metres(...ends));
    };
    button.addEventListener("click", ({ detail }) => {
      const keys = detail === 0;
      byKeys(keys);
      set(!on(), on() ? "" : keys ? say("arrows") : say("press"));
      if (!on() || !keys) return;
      cross.centre();
      container.focus({ preventScroll: true });
    });
    // Before Leaflet, whose arrow keys move the map.
    document.addEventListener(
      "keydown",
      (event) => {
        if (!on()) return;
        if (event.key === "Escape") {
          const inside = document.activeElement === container;
          set(false);
          if (inside) button.focus({ preventScroll: true });
        } else if (document.activeElement === container && (ARROWS[event.key] || event.key === "Enter" || event.key === " ")) {
          event.preventDefault();
          event.stopPropagation();
          byKeys(true);
          const step = event.shiftKey ? 1 : 16;
          if (ARROWS[event.key]) cross.move(...ARROWS[event.key].map((sign) => sign * step));
          else add(map.containerPointToLatLng(cross.at));
        }
      },
      true,
    );
    container.addEventListener("focus", () => on() && cross.centre());
    container.addEventListener("pointerdown", () => byKeys(false));
    map.on("click", ({ latlng }) => {
      if (on()) add(latlng);
    });
    geo.controls.control("topright", el("div", { class: "controls ruler" }, button, said)).addTo(map);
    const take = ({ feature, at: point }, at) => {
      if (on()) add(at && feature.kind !== "dot" && feature.kind !== "ring" ? at : point);
      return on();
    };
    return { take };
  }

  return { control, metres, path, words };
})();
