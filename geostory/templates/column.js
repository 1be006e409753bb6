// Beside the map: title and steps, places, distances, regions, and what may be shown of the article, whose mentions are buttons
// that lead to the map.
geo.column = (() => {
  const { el, isolated, pieces, link, say, tongue } = geo.text;
  const VERDICT = {
    agrees: ["agrees", "agrees"],
    differs: ["differs", "differs"],
    "cannot be checked": ["unknown", "unchecked"],
  };
  const times = (count) => (count > 1 ? say(count === 2 ? "named_twice" : "named_times", { count }) : "");

  const plain = (text) =>
    text
      .split(/\n\s*\n/)
      .filter((part) => part.trim())
      .map((part) => el("p", { dir: "auto" }, part.trim()));

  class Column {
    // `choose(id, from)` is called when a reader picks a feature in a list or in the text.
    constructor(root, block, choose) {
      Object.assign(this, { root, block, choose, marks: new Map(), rows: new Map() });
      this.features = new Map(block.layers.flatMap((layer) => layer.features.map((feature) => [feature.id, feature])));
      this.spans = [...this.features.values()].flatMap((feature) => feature.mentions.map((mention) => ({ ...mention, feature: feature.id })));
      const sections = [
        [say("places"), this._places()],
        [say("distances"), this._distances()],
        [say("regions"), this._regions()],
        [say("events"), this._annotations()],
        [say("article"), this._article()],
        [say("tables"), geo.tables.all(block)],
      ].filter(([, body]) => body);
      const cards = sections.map(([title, body]) => this._card(title, body));
      this.steps = this._steps();
      this.story = this.steps.length ? el("div", { class: "story" }, el("div", { class: "track" }, ...this.steps)) : null;
      root.append(this.story || this._head([]), this._jump(sections, cards), ...cards);
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
      return el("nav", { class: "jump", "aria-label": say("parts") }, ...buttons);
    }

    // The cards of the steps: the first is the page's head; none where the story has no steps.
    _steps() {
      const { layout, steps = [], article } = this.block;
      if (layout !== "story" || !steps.length) return [];
      const units = geo.text.utf16(article.text, steps.flatMap((step) => step.words.flat()));
      return steps.map((step, index) => {
        const words = step.text ? plain(step.text) : this._words(step.words.map((span) => span.map((at) => units.get(at))));
        const card = index ? this._step(step, words) : this._head(words);
        card.classList.add("step");
        // A link to the step leads to its heading, which can hold the focus without a frame around it.
        const heading = card.querySelector("h1, h2");
        heading?.setAttribute("tabindex", "-1");
        (heading || card).id = `step-${index + 1}`;
        return card;
      });
    }

    _step(step, words) {
      return el(
        "section",
        { class: "card" },
        step.day ? el("p", { class: "step-day" }, step.day) : null,
        // An editor's own heading may be in any language, a made one is in the page's.
        step.heading ? el("h2", { tabindex: "-1", dir: step.text === undefined ? null : "auto" }, step.heading) : null,
        ...step.lines.map((line) => el("p", { class: "step-line" }, line)),
        words.length ? el("div", { class: `words words-${step.text ? "own" : this.block.article.rights}` }, ...words) : null,
      );
    }

    // Paragraphs of the article's text between UTF-16 offsets.
    _words(spans) {
      const { text } = this.block.article;
      return spans.flatMap(([from, to]) =>
        [...text.slice(from, to).matchAll(/[^\n]+/g)]
          .filter((line) => line[0].trim())
          .map((line) => el("p", { dir: "auto", lang: tongue(this.block.article_lang).lang }, ...this._marked("text", text, from + line.index, from + line.index + line[0].length))),
      );
    }

    _head(words) {
      const { kicker, date, title, dek, notes, article } = this.block;
      const line = [kicker, date].filter(Boolean).map((part) => el("span", {}, isolated(part)));
      const heading = el("h1", { dir: "auto", lang: title === article.title ? tongue(this.block.article_lang).lang : null });
      // Highlights belong to the article's own title, which may differ from the page's.
      if (title === article.title) heading.append(...this._marked("title", title, 0, title.length));
      else heading.append(title);
      return el(
        "header",
        { class: "card head" },
        line.length ? el("p", { class: "kicker" }, ...line) : null,
        heading,
        dek ? el("p", { class: "dek", dir: "auto" }, dek) : null,
        words.length ? el("div", { class: `words words-${article.rights}` }, ...words) : null,
        ...(notes || []).map((note) => el("p", { class: "note", dir: "auto" }, note)),
      );
    }

    _row(id, title, lines, lang) {
      const feature = this.features.get(id);
      const words = el("span", { class: "row-text" }, el("span", { class: "row-title" }, el("bdi", tongue(lang), title)), ...lines);
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
          const said = distance.said ? el("span", { class: "what" }, `${say("said")} `, isolated(distance.said)) : null;
          const judged = verdict ? el("span", { class: `verdict verdict-${verdict[0]}` }, say(verdict[1])) : null;
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
            this._row(region.feature, region.name, [el("span", { class: "what", ...tongue(region.lang) }, isolated(region.summary))], region.lang),
            sources.length ? el("ul", { class: "row-sources" }, ...sources) : null,
          ];
        }),
      );
    }

    _annotations() {
      return this._list(
        (this.block.annotations || []).map(({ feature, number, title, lines }) => {
          const what = lines.map((line) => el("span", { class: "what" }, isolated(line)));
          return [this._row(feature, number ? `${number}. ${title}` : title, what)];
        }),
      );
    }

    _article() {
      const { layout, steps = [], article } = this.block;
      // Steps made from the article have all its words that may be shown.
      const told = layout === "story" && steps.length && steps.every((step) => step.text === undefined);
      const words = told ? [] : this._words([[0, article.text.length]]);
      const source = this._source();
      if (!words.length && !source) return null;
      const quotes = article.rights === "quotes" ? words.flatMap((line, index) => (index ? [el("p", { class: "gap" }, "[…]"), line] : [line])) : words;
      return el("div", { class: `article words-${article.rights || "full"}` }, ...quotes, source);
    }

    _source() {
      const { rights, source, link: address } = this.block.article;
      if (!source || (rights === "full" && !address)) return null;
      const line = address ? link(say("read_at", { source }), address) : isolated(say("from", { source }));
      return el("p", { class: "source" }, line);
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
      const target = marks.find((button) => button.closest(".article, .words")) || marks[0];
      if (scroll && target) target.scrollIntoView({ block: "center" });
      return target || null;
    }
  }

  return { Column };
})();
