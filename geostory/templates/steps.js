// The story's steps: scrolled through beside the map, swiped under it on a phone, paged in an embedded card; each moves the map.
geo.steps = (() => {
  const { el, say } = geo.text;
  const LINE = 90; // pixels below the column's top: the step that lies over this line is the one shown
  const FILLS = 0.5; // of a step's box that its features must fill to set it alone
  const PAUSE = 700; // milliseconds in which scrolling that the page itself causes leads nowhere
  const SETTLED = 90; // milliseconds of rest after which a scrolled-to step moves the map
  const CARDS = "(max-width: 899px)";
  const HELD = "input, select, textarea, button, a, summary, [role='button'], [contenteditable], .map";

  class Steps {
    // `go(target, still)` and `home()` move the map.
    constructor(map, block, column, { go, home, embedded, drawing, still }) {
      Object.assign(this, { map, block, column, go, home, embedded, drawing, still, at: 0, held: 0, dimmed: false });
      this.cards = column.steps;
      this.root = column.root;
      this.track = column.story.firstElementChild;
      this.narrow = window.matchMedia(CARDS);
      this.count = el("span", { class: "step-count", "aria-hidden": "true" });
      this.said = el("p", { class: "unseen", role: "status", "aria-live": "polite" });
      this.back = this._button(say("previous"), "back", -1);
      this.next = this._button(say("next"), "next", 1);
      const lists = el("button", { type: "button", class: "step-lists" }, say("lists"));
      lists.addEventListener("click", () => this._lists());
      column.story.append(el("nav", { class: "step-bar", "aria-label": say("steps") }, this.back, this.count, this.next, lists), this.said);
      if (embedded) {
        // The column is hidden there; the steps stand under the map, one at a time.
        const caption = document.getElementById("caption");
        caption.before(el("section", { class: "step-cards", "aria-label": say("story") }, column.story));
        document.documentElement.classList.add("with-steps");
      }
      this._shape();
      this.narrow.addEventListener("change", () => {
        this._shape();
        this._reveal();
      });
      for (const pane of [this.root, this.track, window]) pane.addEventListener("scroll", () => this._scrolled(), { passive: true });
      document.addEventListener("keydown", (event) => this._key(event));
      window.addEventListener("popstate", () => this.show(this._linked(), { history: null }));
      map.on("layeradd moveend", () => this._dim());
    }

    _button(name, icon, by) {
      const button = geo.symbols.button(name, icon);
      button.classList.add("step-button");
      button.addEventListener("click", () => this.show(this.at + by));
      return button;
    }

    get paged() {
      return this.embedded || this.narrow.matches;
    }

    // As cards, each is as high as the room under the map, and one that is higher scrolls by itself.
    _shape() {
      document.documentElement.classList.toggle("step-paged", this.paged);
      for (const card of this.cards) {
        if (this.paged) card.setAttribute("tabindex", "0");
        else card.removeAttribute("tabindex");
      }
    }

    // The step that the address names, else the first.
    _linked() {
      const number = Number(/^#step-(\d{1,3})$/.exec(window.location.hash)?.[1] || 1);
      return number >= 1 && number <= this.cards.length ? number - 1 : 0;
    }

    start() {
      this.show(this._linked(), { history: null, still: true, quiet: true });
      // The browser scrolls to the address's anchor by itself once all is there, and not quite where a step begins.
      if (!window.location.hash.startsWith("#step-")) return;
      const reveal = () => window.requestAnimationFrame(() => this._reveal());
      if (document.readyState === "complete") reveal();
      else window.addEventListener("load", reveal);
    }

    // `history` is 'push' for a step that the reader asked for, 'replace' for one scrolled to, null for none.
    show(index, { history = "push", still = false, quiet = false, scroll = true } = {}) {
      const at = Math.min(Math.max(index, 0), this.cards.length - 1);
      const same = at === this.at;
      this.at = at;
      this.cards.forEach((card, i) => {
        card.classList.toggle("current", i === at);
        if (i === at) card.setAttribute("aria-current", "step");
        else card.removeAttribute("aria-current");
      });
      this.back.disabled = at === 0;
      this.next.disabled = at === this.cards.length - 1;
      this.count.textContent = say("step_of", { number: at + 1, all: this.cards.length });
      if (scroll && !(quiet && !at)) this._reveal();
      if (same && !quiet) return;
      if (history && !quiet) this._record(history);
      if (!quiet) this.said.textContent = say("step", { number: at + 1, all: this.cards.length, name: this._name(at) });
      this._view(still);
      this.dimmed = at > 0;
      this._dim();
    }

    _name(at) {
      return this.block.steps[at].heading || this.cards[at].querySelector("h1, h2, .words")?.textContent || "";
    }

    _view(still) {
      this.map.closePopup();
      if (!this.at) {
        if (!still) this.home();
        return;
      }
      this.go({ bounds: this._bounds(this.block.steps[this.at]) }, still);
    }

    // The box of a step in the map's plane, where degrees bound no box: that of its features where they lie within.
    _bounds({ bounds, features, exact = false }) {
      const { crs } = this.map.options;
      const given = geo.plane.around(crs, bounds);
      if (exact || this.block.crs.kind === "mercator") return given;
      const own = this.drawing.entries.filter(({ id, bounds: box }) => features.includes(id) && given.contains(box));
      if (!own.length) return given;
      const close = geo.plane.united(crs, own.map((entry) => entry.bounds));
      const share = Math.max(close.getSize().x / given.getSize().x, close.getSize().y / given.getSize().y);
      return share > FILLS ? close : given;
    }

    // After the window's size changed.
    refit() {
      if (this.at && this.dimmed) this._view(true);
    }

    // The features of the step stand out until the reader turns to something else.
    release() {
      this.held = performance.now() + PAUSE;
      this.dimmed = false;
      this._dim();
    }

    _dim() {
      const own = new Set(this.dimmed ? this.block.steps[this.at].features : []);
      const on = own.size > 0;
      if (!on && !this.faded) return;
      this.faded = on;
      for (const element of this.map.getContainer().querySelectorAll("[data-of], .label[data-feature]")) {
        element.classList.toggle("faded", on && !own.has(element.dataset.of || element.dataset.feature));
      }
    }

    // The back button leads from step to step; in a frame it belongs to the page around it, and an opaque origin has none.
    _record(how) {
      try {
        window.history[how === "push" && !this.embedded ? "pushState" : "replaceState"](null, "", `#step-${this.at + 1}`);
      } catch {
        // no history
      }
    }

    _reveal() {
      this.held = performance.now() + PAUSE;
      const card = this.cards[this.at];
      if (this.paged) {
        this.track.scrollTo({ left: card.offsetLeft - this.track.offsetLeft, behavior: "instant" });
        card.scrollTop = 0;
        if (!this.embedded && this.track.getBoundingClientRect().bottom < this.map.getContainer().getBoundingClientRect().bottom + 40) window.scrollTo(0, 0);
      } else {
        this.root.scrollTo({ top: this.at ? card.offsetTop - this.root.offsetTop : 0, behavior: this.still() ? "instant" : "smooth" });
      }
    }

    // On to the lists of places, distances and regions below the steps.
    _lists() {
      this.held = performance.now() + PAUSE;
      const jump = this.root.querySelector(".jump");
      jump.scrollIntoView({ block: "start" });
      jump.querySelector("button")?.focus({ preventScroll: true });
    }

    _scrolled() {
      if (performance.now() < this.held) return;
      window.clearTimeout(this.waiting);
      this.waiting = window.setTimeout(() => {
        const at = this._scrolledTo();
        if (performance.now() >= this.held && at !== this.at) this.show(at, { history: "replace", scroll: false });
      }, SETTLED);
    }

    _scrolledTo() {
      if (this.paged) {
        const middle = this.track.getBoundingClientRect().left + this.track.clientWidth / 2;
        const away = (card) => Math.abs((card.getBoundingClientRect().left + card.getBoundingClientRect().right) / 2 - middle);
        return this.cards.reduce((best, card, i) => (away(card) < away(this.cards[best]) - 1 ? i : best), 0);
      }
      const box = this.root.getBoundingClientRect();
      const line = box.top + LINE;
      return this.cards.reduce((last, card, i) => (i && card.getBoundingClientRect().top <= line ? i : last), 0);
    }

    _key(event) {
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest(HELD) && !target.closest(".step-bar")) return;
      const forth = document.documentElement.dir === "rtl" ? -1 : 1;
      const by = { ArrowRight: forth, ArrowLeft: -forth, ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!by) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        // A step is read to its end before the next one.
        if (this.paged) return;
        const [card, box] = [this.cards[this.at].getBoundingClientRect(), this.root.getBoundingClientRect()];
        const rest = by > 0 ? card.bottom - box.bottom : box.top - card.top;
        if (rest > 1 || (by > 0 && this.at === this.cards.length - 1)) {
          this.root.scrollBy({ top: by * 60 });
          event.preventDefault();
          return;
        }
      }
      event.preventDefault();
      this.show(this.at + by);
    }
  }

  return { Steps };
})();
