// Words into elements: text never becomes markup, and code points become the UTF-16 offsets that strings here count in.
geo.text = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  // An element with attributes and children; strings become text nodes.
  function el(tag, attributes = {}, ...children) {
    return fill(document.createElement(tag), attributes, children);
  }

  function svg(tag, attributes = {}, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  }

  // Text of unknown direction, kept from turning the words around it.
  function isolated(text) {
    return el("bdi", {}, text);
  }

  // Where each code point offset lies in UTF-16 units, in one walk over the text.
  function utf16(text, offsets) {
    const wanted = [...new Set(offsets)].sort((a, b) => a - b);
    const units = new Map();
    let points = 0;
    let at = 0;
    let next = 0;
    for (const character of text) {
      while (next < wanted.length && wanted[next] <= points) units.set(wanted[next++], at);
      points += 1;
      at += character.length;
    }
    while (next < wanted.length) units.set(wanted[next++], at);
    return units;
  }

  // The text cut at every edge of a span; each piece carries the shortest span that covers it, or null.
  function pieces(text, spans) {
    const units = utf16(text, spans.flatMap((span) => [span.start, span.end]));
    const inner = spans
      .map((span) => ({ ...span, from: units.get(span.start), to: units.get(span.end) }))
      .filter((span) => span.from < span.to)
      .sort((a, b) => a.to - a.from - (b.to - b.from));
    const edges = [...new Set([0, text.length, ...inner.flatMap((span) => [span.from, span.to])])].sort((a, b) => a - b);
    return edges.slice(0, -1).map((from, index) => ({
      from,
      text: text.slice(from, edges[index + 1]),
      span: inner.find((span) => span.from <= from && edges[index + 1] <= span.to) || null,
    }));
  }

  // Only web addresses become links.
  function link(title, address) {
    if (!/^https?:\/\/[^\s]+$/i.test(address || "")) return isolated(title);
    return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, isolated(title));
  }

  // The page's own words come with its block; `{name}` in them is a value's place.
  let spoken = { words: {}, units: {}, marks: {}, lang: "en", dir: "ltr" };

  function speak(block) {
    spoken = { words: block.words || {}, units: block.units || {}, marks: block.marks || {}, lang: block.lang || "en", dir: block.dir || "ltr" };
  }

  function say(key, values = {}) {
    const [open, close] = spoken.dir === "rtl" ? ["\u2068", "\u2069"] : ["", ""];
    return (spoken.words[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => (name in values ? open + values[name] + close : all));
  }

  // A figure as the page's language writes it, always in European digits; the browser's own way takes it long to set up.
  function figure(value, digits = 0) {
    const [whole, part] = (digits ? value.toFixed(digits) : String(Number(value.toFixed(3)))).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, spoken.marks.group) + (part ? spoken.marks.decimal + part : "");
  }

  // A figure with its unit, or nothing where the page's readers don't measure in it.
  function measure(value, unit, digits = 0) {
    const pattern = spoken.units[unit];
    return pattern ? pattern.replace("{value}", figure(value, digits)) : "";
  }

  // Words of a known language among those of the page's own; `lang` may be unknown.
  function tongue(lang) {
    if (!lang || lang === spoken.lang) return {};
    return { lang, dir: /^(ar|dv|fa|he|ps|ug|ur|yi)\b/.test(lang) ? "rtl" : "ltr" };
  }

  // After what is there now was painted; of a page that is not seen, a little later.
  function painted(then) {
    let waiting = true;
    const once = () => {
      if (waiting) then();
      waiting = false;
    };
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => window.setTimeout(once)));
    window.setTimeout(once, 250);
  }

  return { painted, say, speak, figure, measure, tongue, el, svg, isolated, pieces, utf16, link };
})();
