// The card that opens on a feature: what it is, the sentence it stands in, why it lies there; takes the focus and gives it back.
geo.popup = (() => {
  const { el, isolated, link, say, tongue } = geo.text;
  const WIDTH = 280;

  function content(feature, toArticle) {
    const { popup } = feature;
    const body = el("div", { class: "popup-body", role: "dialog", "aria-label": popup.title, tabindex: "-1" });
    const add = (className, ...children) => body.append(el("p", { class: className }, ...children));
    body.append(el("h2", { class: "popup-title", dir: "auto", lang: tongue(popup.lang).lang }, popup.title));
    if (popup.what) body.append(el("p", { class: "popup-what", ...tongue(popup.lang) }, popup.what));
    if (popup.sentence) {
      const { before, mention, after } = popup.sentence;
      body.append(el("blockquote", { dir: "auto" }, before, el("strong", {}, isolated(mention)), after));
    }
    if (popup.why) add("popup-note", popup.why);
    if (popup.sure) add("popup-note", popup.sure);
    for (const fact of popup.facts || []) add("popup-note", fact);
    if (popup.sources?.length) {
      const items = popup.sources.map((source) => el("li", {}, link(source.title, source.address)));
      body.append(el("ul", { class: "popup-sources" }, ...items));
    }
    if (toArticle && feature.mentions.length) {
      const button = el("button", { type: "button", class: "popup-more" }, say("read_in"));
      button.addEventListener("click", toArticle);
      body.append(button);
    }
    return body;
  }

  // How far the map must move so that a box leaves its edges and everything that lies over it.
  function shift(box, size, covers) {
    const margin = 8;
    const along = (low, high, limit) => (low < margin ? margin - low : high > limit - margin ? limit - margin - high : 0);
    const dx = along(box[0], box[2], size.x);
    const dy = along(box[1], box[3], size.y);
    const moved = (x, y) => [box[0] + x, box[1] + y, box[2] + x, box[3] + y];
    const hit = (x, y) => covers.some((cover) => geo.placing.meet(moved(x, y), cover, 4));
    if (!hit(dx, dy)) return [dx, dy];
    const tries = covers.flatMap((cover) => [
      [cover[0] - box[2] - margin, dy],
      [cover[2] - box[0] + margin, dy],
      [dx, cover[1] - box[3] - margin],
      [dx, cover[3] - box[1] + margin],
    ]);
    const fits = ([x, y]) => {
      const [left, top, right, bottom] = moved(x, y);
      return left >= 0 && top >= 0 && right <= size.x && bottom <= size.y && !hit(x, y);
    };
    const good = tries.filter(fits).sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
    return good[0] || [dx, dy];
  }

  class Popups {
    constructor(map, { toArticle = null, still = () => false } = {}) {
      Object.assign(this, { map, toArticle, still, opener: null, popup: null });
      map.on("popupclose", ({ popup }) => this._closed(popup));
      map.on("move moveend", () => this.popup && this._uncover());
      document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && this.popup) this.map.closePopup(this.popup);
      });
    }

    open(entry, at, offset = 0) {
      const opener = document.activeElement;
      this.map.closePopup();
      this.opener = opener;
      const size = this.map.getSize();
      const toArticle = this.toArticle ? () => this.toArticle(entry) : null;
      const body = content(entry.feature, toArticle);
      this.popup = L.popup({
        autoPan: false,
        maxWidth: Math.min(WIDTH, size.x - 24) - 32,
        minWidth: Math.min(200, size.x - 60),
        maxHeight: Math.max(140, Math.min(420, size.y - 78)),
        offset: [0, 4 - offset],
        closeButton: true,
        className: "story-popup",
      })
        .setLatLng(at)
        .setContent(body)
        .openOn(this.map);
      this.popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", say("close"));
      this.map.getContainer().classList.add("reading");
      this._clear();
      this._uncover();
      body.focus({ preventScroll: true });
    }

    _clear() {
      const own = this.map.getContainer().getBoundingClientRect();
      const relative = (box) => [box.left - own.left, box.top - own.top, box.right - own.left, box.bottom - own.top];
      const [dx, dy] = shift(relative(this.popup.getElement().getBoundingClientRect()), this.map.getSize(), geo.placing.covers(this.map));
      if (dx || dy) this.map.panBy([-dx, -dy], { animate: !this.still(), duration: 0.3 });
    }

    // Where the map has no room to move, as by a pole, what would lie over the card goes while it is read.
    _uncover() {
      const card = this.popup.getElement().getBoundingClientRect();
      const box = ({ left, top, right, bottom }) => [left, top, right, bottom];
      for (const cover of this.map.getContainer().querySelectorAll(".inset, .leaflet-control")) {
        cover.classList.toggle("over-card", geo.placing.meet(box(cover.getBoundingClientRect()), box(card)));
      }
    }

    _closed(popup) {
      if (popup !== this.popup) return;
      const inside = popup.getElement()?.contains(document.activeElement) || document.activeElement === document.body;
      this.popup = null;
      this.map.getContainer().classList.remove("reading");
      if (inside && this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    }
  }

  return { Popups };
})();
