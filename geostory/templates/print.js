// On paper: light colours, the map as large as the sheet has room for and on the whole story, everything unfolded.
geo.print = (() => {
  // `fit()` takes the container's new size, `home()` shows the whole story at once, `redraw()` paints the ground anew.
  function ready(map, { fit, home, redraw }) {
    const root = document.documentElement;
    let before = null; // centre and zoom to go back to

    function begin() {
      if (before) return;
      before = [map.getCenter(), map.getZoom()];
      map.stop();
      map.closePopup();
      // The style sheet for print isn't in force yet, so a class of the same rules gives the map its size and colours.
      root.classList.add("printing");
      fit();
      home();
      redraw();
    }

    function end() {
      if (!before) return;
      root.classList.remove("printing");
      fit();
      map.setView(...before, { animate: false });
      before = null;
      redraw();
    }

    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
  }

  return { ready };
})();
