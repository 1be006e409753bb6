// In a page that embeds maps: gives each map's frame the height that the map in it asks for. One copy serves them all.
(() => {
  "use strict";
  const LEAST = 200;
  const MOST = 2000;
  if (window.geostoryEmbeds) return;
  window.geostoryEmbeds = true;
  const frames = () => [...document.querySelectorAll("iframe[data-geostory]")];

  // Just a type and a finite number; whatever else arrives is not ours.
  function height(data) {
    if (typeof data !== "object" || data === null || Object.keys(data).length !== 2) return null;
    if (data.type !== "geostory:height" || !Number.isFinite(data.height)) return null;
    return Math.round(Math.min(MOST, Math.max(LEAST, data.height)));
  }

  // The frame is sandboxed, so its origin is 'null' and says nothing: its own window is what tells it from all others.
  window.addEventListener("message", (event) => {
    const wanted = height(event.data);
    const frame = wanted !== null && frames().find(({ contentWindow }) => contentWindow && contentWindow === event.source);
    if (frame) frame.style.height = `${wanted}px`;
  });
  // Maps that were there first have spoken already.
  const ask = () => frames().forEach(({ contentWindow }) => contentWindow && contentWindow.postMessage({ type: "geostory:ask" }, "*"));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ask);
  else ask();
})();
