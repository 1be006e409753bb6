// Within another page: tells the page around it how high this one would like to stand. The message holds nothing else.
geo.embed = (() => {
  const TYPE = "geostory:height";
  const LEAST = 280;
  const MOST = 620;

  // A map a little higher than wide on a phone and about half as high as wide on a desk, and under it all of its caption.
  function wanted(width, caption) {
    return Math.ceil(Math.min(MOST, Math.max(LEAST, 160 + 0.45 * width)) + caption.offsetHeight);
  }

  // `caption` stands under the map; the width alone decides on the height, so that no answer asks for the next one.
  function report(caption) {
    const host = window.parent;
    if (host === window) return;
    // Any page may embed this one, and a height tells it nothing that it couldn't see.
    const post = () => host.postMessage({ type: TYPE, height: wanted(document.documentElement.clientWidth, caption) }, "*");
    new ResizeObserver(post).observe(caption);
    window.addEventListener("message", ({ source, data }) => {
      if (source === host && data && data.type === "geostory:ask") post();
    });
  }

  return { report };
})();
