// Beside the map: title, places, distances, regions and the article, whose mentions are buttons that lead to the map.
geo.column = (() => {
  const { el, isolated, pieces, link } = geo.text;
  const VERDICT = {
    agrees: ["agrees", "agrees with the measure"],
    differs: ["differs", "differs from the measure"],
    "cannot be checked": ["unknown", "cannot be checked"],
  };
  const times = (count) => (count > 1 ? `named ${count === 2 ? "twice" : `${count} times`}` : "");

  class Column {
    // `choose(id, from)` is called when a reader picks a feature in a list or in the text.
    constructor(root, block, choose) {
      Object.assign(this, { root, block, choose, marks: new Map(), rows: new Map() });
      this.features = new Map(block.layers.flatMap((layer) => layer.features.map((feature) => [feature.id, feature])));
      this.spans = [...this.features.values()].flatMap((feature) => feature.mentions.map((mention) => ({ ...mention, feature: feature.id })));
      const sections = [
        ["Places", this._places()],
        ["Distances", this._distances()],
        ["Regions", this._regions()],
        ["Article", this._article()],
        ["Tables", geo.tables.all(block)],
      ].filter(([, body]) => body);
      const cards = sections.map(([title, body]) => this._card(title, body));
      root.append(this._head(), this._jump(sections, cards), ...cards);
    }

    _card(title, body) {
      return el("section", { class: "card" }, el("h2", { tabindex: "-1" }, title), body);
    }

    _jump(sections, cards) {
      const buttons = sections.map(([title], index) => {
        const button = el("button", { type: "button" }, title);
        button.addEventListener("click", () => {
          cards[index].scrollIntoView({ block: "start" });
          cards[index].querySelector("h2").focus({ preventScroll: true });
        });
        return button;
      });
      return el("nav", { class: "jump", "aria-label": "Parts of this page" }, ...buttons);
    }

    _head() {
      const { kicker, date, title, dek, notes, article } = this.block;
      const line = [kicker, date].filter(Boolean).map((part) => el("span", {}, isolated(part)));
      const heading = el("h1", { dir: "auto" });
      // Highlights belong to the article's own title, which may differ from the page's.
      if (title === article.title) heading.append(...this._marked("title", title, 0, title.length));
      else heading.append(title);
      return el(
        "header",
        { class: "card head" },
        line.length ? el("p", { class: "kicker" }, ...line) : null,
        heading,
        dek ? el("p", { class: "dek", dir: "auto" }, dek) : null,
        ...(notes || []).map((note) => el("p", { class: "note", dir: "auto" }, note)),
      );
    }

    _row(id, title, lines) {
      const feature = this.features.get(id);
      const words = el("span", { class: "row-text" }, el("span", { class: "row-title" }, isolated(title)), ...lines);
      if (!feature) return el("div", { class: "row row-plain" }, el("span", { class: "swatch" }), words);
      const button = el("button", { type: "button", class: "row", "data-row": id }, geo.symbols.swatch(feature), words);
      button.addEventListener("click", () => this.choose(id, "row"));
      this.rows.set(id, button);
      return button;
    }

    _list(items) {
      return items.length ? el("ul", { class: "rows" }, ...items.map((item) => el("li", {}, ...item))) : null;
    }

    _places() {
      return this._list(
        this.block.places.map((place) => {
          const what = [place.what, times(place.count)].filter(Boolean).join("; ");
          return [this._row(place.feature, place.name, [el("span", { class: "what" }, isolated(what))])];
        }),
      );
    }

    _distances() {
      return this._list(
        this.block.distances.map((distance) => {
          const verdict = VERDICT[distance.verdict];
          const said = distance.said ? el("span", { class: "what" }, "In the article: ", isolated(distance.said)) : null;
          const judged = verdict ? el("span", { class: `verdict verdict-${verdict[0]}` }, verdict[1]) : null;
          // The label's second part is what the two lines below it say.
          const title = judged ? distance.text.split("; ")[0] : distance.text;
          return [this._row(distance.feature, title, [said, judged])];
        }),
      );
    }

    _regions() {
      return this._list(
        this.block.regions.map((region) => {
          const sources = (region.sources || []).map((source) => el("li", {}, link(source.title, source.address)));
          return [
            this._row(region.feature, region.name, [el("span", { class: "what" }, isolated(region.summary))]),
            sources.length ? el("ul", { class: "row-sources" }, ...sources) : null,
          ];
        }),
      );
    }

    _article() {
      const { text } = this.block.article;
      if (!text.trim()) return null;
      const body = el("div", { class: "article" });
      for (const paragraph of text.matchAll(/[^\n]+/g)) {
        if (!paragraph[0].trim()) continue;
        const from = paragraph.index;
        body.append(el("p", { dir: "auto" }, ...this._marked("text", text, from, from + paragraph[0].length)));
      }
      return body;
    }

    // The part of a field between two UTF-16 offsets, with each mention as a button.
    _marked(field, text, from, to) {
      this.cut = this.cut || {};
      this.cut[field] = this.cut[field] || pieces(text, this.spans.filter((span) => span.field === field));
      const nodes = [];
      for (const piece of this.cut[field]) {
        const start = Math.max(from, piece.from);
        const end = Math.min(to, piece.from + piece.text.length);
        if (start >= end) continue;
        const words = text.slice(start, end);
        nodes.push(piece.span ? this._mention(words, piece.span.feature) : words);
      }
      return nodes;
    }

    _mention(words, id) {
      const token = this.features.get(id).color;
      // Not a <button>, which would not break over lines as words do.
      const button = el("span", { role: "button", tabindex: 0, class: "mention", "data-mention": id }, isolated(words));
      button.style.setProperty("--ink-of-mark", `var(--${token})`);
      button.addEventListener("click", () => this.choose(id, "mention"));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.choose(id, "mention");
      });
      if (!this.marks.has(id)) this.marks.set(id, []);
      this.marks.get(id).push(button);
      return button;
    }

    // Mark a feature's mentions and its row; scroll to the first mention in the text unless the reader came from there.
    mark(id, scroll) {
      for (const button of this.root.querySelectorAll(".on")) button.classList.remove("on");
      this.rows.get(id)?.classList.add("on");
      const marks = this.marks.get(id) || [];
      for (const button of marks) button.classList.add("on");
      const target = marks.find((button) => button.closest(".article")) || marks[0];
      if (scroll && target) target.scrollIntoView({ block: "center" });
      return target || null;
    }
  }

  return { Column };
})();
