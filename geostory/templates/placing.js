// Where a label can stand: boxes as [left, top, right, bottom] in pixels, tried in order until one is free.
geo.placing = (() => {
  const GAP = 3;
  const ARROW = 10; // pixels: a triangle at the map's edge
  const RULE = "rule"; // owner of lines that a label may cross where it must
  const SIDES = [[1, 0], [1, -1], [1, 1], [-1, 0], [-1, -1], [-1, 1], [0, -1], [0, 1]];

  const boxAt = (x, y, size) => [x - size.x / 2, y - size.y / 2, x + size.x / 2, y + size.y / 2];
  const meet = (a, b, gap = 0) => a[0] < b[2] + gap && a[2] > b[0] - gap && a[1] < b[3] + gap && a[3] > b[1] - gap;

  // Whether a segment [x1, y1, x2, y2] runs through a box (Liang and Barsky's clipping).
  function through([x1, y1, x2, y2], box, gap = 0) {
    let from = 0;
    let to = 1;
    const dx = x2 - x1;
    const dy = y2 - y1;
    for (const [p, q] of [[-dx, x1 - box[0] + gap], [dx, box[2] + gap - x1], [-dy, y1 - box[1] + gap], [dy, box[3] + gap - y1]]) {
      if (p === 0) {
        if (q < 0) return false;
        continue;
      }
      if (p < 0) from = Math.max(from, q / p);
      else to = Math.min(to, q / p);
      if (from > to) return false;
    }
    return true;
  }

  // Boxes of whatever lies over a map, in its own pixels.
  function covers(map) {
    const own = map.getContainer().getBoundingClientRect();
    return [...map.getContainer().querySelectorAll(".leaflet-control, .inset")]
      .filter((control) => getComputedStyle(control).visibility !== "hidden")
      .map((control) => control.getBoundingClientRect())
      .filter((box) => box.width && box.height)
      .map((box) => [box.left - own.left, box.top - own.top, box.right - own.left, box.bottom - own.top]);
  }

  class Sheet {
    constructor(view, taken) {
      this.view = view;
      this.taken = [...taken];
      this.lenient = false;
      this.lines = []; // {segment, owner}: not to be crossed, save by the label that belongs to one
    }

    inside(box) {
      return box[0] >= this.view[0] && box[1] >= this.view[1] && box[2] <= this.view[2] && box[3] <= this.view[3];
    }

    free(box, owner = null, gap = GAP) {
      return (
        this.inside(box) &&
        !this.taken.some((other) => other.owner !== owner && meet(box, other.box, gap)) &&
        !this.lines.some((line) => line.owner !== owner && !(this.lenient && line.owner === RULE) && through(line.segment, box, 2))
      );
    }

    // A leader may leave a mark that its own point lies under (an event in a town).
    clear(segment, owner) {
      const from = [segment[0], segment[1], segment[0], segment[1]];
      return !this.taken.some((other) => other.owner !== owner && !(other.mark && meet(from, other.box)) && through(segment, other.box, 1));
    }

    take(box, owner = null, mark = false) {
      this.taken.push({ box, owner, mark });
    }

    draw(segment, owner = null) {
      this.lines.push({ segment, owner });
    }
  }

  const first = (boxes, sheet, owner, gap) => boxes.find((box) => sheet.free(box, owner, gap)) || null;

  // Boxes around a point, at its right first.
  function around(at, size, radius, sides = SIDES) {
    return sides.map(([sx, sy]) => {
      const slant = sx && sy ? 0.75 : 1;
      const x = at.x + sx * ((radius + 3) * slant + size.x / 2);
      const y = at.y + sy * ((sx ? (radius - 1) * 0.9 : radius + 1) + size.y / 2);
      return boxAt(x, y, size);
    });
  }

  // Boxes further off, each with the line that leads back to the point; the nearest that is free.
  function led(at, size, radius, sheet, owner, allows = () => true) {
    for (const distance of [16, 28, 42, 58, 76, 96, 120]) {
      for (let step = 0; step < 16; step += 1) {
        const angle = (-Math.PI / 8) * ((step % 2 ? 1 : -1) * Math.ceil(step / 2)) - Math.PI / 8;
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const box = boxAt(at.x + cos * (radius + distance + size.x / 2), at.y + sin * (radius + distance + size.y / 2), size);
        if (!sheet.free(box, owner)) continue;
        const end = [Math.max(box[0], Math.min(at.x, box[2])), Math.max(box[1], Math.min(at.y, box[3]))];
        const length = Math.hypot(end[0] - at.x, end[1] - at.y) || 1;
        const start = [at.x + ((end[0] - at.x) / length) * (radius + 1), at.y + ((end[1] - at.y) / length) * (radius + 1)];
        const leader = [...start, ...end];
        if (!allows(box, leader)) continue;
        const crossed = sheet.lines.some((line) => line.owner !== owner && !(sheet.lenient && line.owner === RULE) && crosses(line.segment, leader));
        if (sheet.clear(leader, owner) && !crossed) return { box, leader };
      }
    }
    return null;
  }

  function crosses([ax, ay, bx, by], [cx, cy, dx, dy]) {
    const side = (px, py, qx, qy, rx, ry) => Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
    return side(ax, ay, bx, by, cx, cy) !== side(ax, ay, bx, by, dx, dy) && side(cx, cy, dx, dy, ax, ay) !== side(cx, cy, dx, dy, bx, by);
  }

  function point(item, sheet) {
    const { allows = () => true } = item;
    const box = first(around(item.at, item.size, item.radius).filter(allows), sheet, item.owner);
    return box ? { box, leader: null } : led(item.at, item.size, item.radius, sheet, item.owner, allows);
  }

  // Boxes past the ends of a line, the upper end first.
  function beyond(path, size) {
    const last = path.length - 1;
    const ends = [[path[0], path[Math.min(1, last)]], [path[last], path[Math.max(0, last - 1)]]].sort(([a], [b]) => a.y - b.y);
    return ends.flatMap(([end, before]) => {
      const side = Math.sign(end.y - before.y) || -1;
      return [0, -0.25, 0.25].map((share) => boxAt(end.x + share * size.x, end.y + side * (size.y / 2 + 6), size));
    });
  }

  // Beside the line, near its middle first, and clear of it and of its ticks, else past an end; over the rules of an inset only where nothing else is left.
  function line(item, sheet) {
    const { path, size, owner } = item;
    const ends = [path[0], path[path.length - 1]].map((end) => boxAt(end.x, end.y, { x: 10, y: 10 }));
    const clear = (box) => !ends.some((end) => meet(end, box)) && !path.some((p, i) => i && through([path[i - 1].x, path[i - 1].y, p.x, p.y], box, 2));
    const boxes = [];
    for (const gap of [5, 14]) {
      for (const share of [0.5, 0.42, 0.58, 0.33, 0.67, 0.24, 0.76, 0.15, 0.85]) {
        const at = along(path, share);
        const slope = Math.atan2(at.dy, at.dx);
        const [nx, ny] = [-Math.sin(slope), Math.cos(slope)];
        const reach = Math.abs(nx) * (size.x / 2) + Math.abs(ny) * (size.y / 2) + gap;
        const up = ny > 0 ? -1 : 1;
        for (const side of [up, -up]) boxes.push(boxAt(at.x + nx * reach * side, at.y + ny * reach * side, size));
      }
    }
    // A leader must not look like a piece of the line.
    const apart = (share) => (box, [x1, y1, x2, y2]) => {
      const { dx, dy } = along(path, share);
      const across = Math.abs((x2 - x1) * dy - (y2 - y1) * dx) / (Math.hypot(x2 - x1, y2 - y1) * Math.hypot(dx, dy) || 1);
      return clear(box) && across > 0.5;
    };
    boxes.push(...beyond(path, size));
    for (const lenient of [false, true]) {
      sheet.lenient = lenient;
      const box = first(boxes.filter(clear), sheet, owner);
      const found = box ? { box, leader: null } : [0.5, 0.85, 0.15].map((share) => led(along(path, share), size, 2, sheet, owner, apart(share))).find(Boolean);
      sheet.lenient = false;
      if (found) return found;
    }
    return null;
  }

  function along(path, share) {
    const lengths = path.slice(1).map((p, i) => Math.hypot(p.x - path[i].x, p.y - path[i].y));
    let left = lengths.reduce((sum, value) => sum + value, 0) * share;
    let i = 0;
    while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
    const [a, b] = [path[i], path[i + 1] || path[i]];
    const part = lengths[i] ? left / lengths[i] : 0;
    return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part, dx: b.x - a.x, dy: b.y - a.y };
  }

  // In the area: where it says, near there, or at any point of it that the view shows; a small one is treated as a point.
  function area(item, sheet) {
    const { at, size, owner } = item;
    const near = [[0, 0], [0, -1], [0, 1], [-0.5, 0], [0.5, 0], [0, -2], [0, 2], [-1, 0], [1, 0]];
    const boxes = near.map(([x, y]) => boxAt(at.x + x * size.x * 0.6, at.y + y * (size.y + 4), size));
    const fits = (box) => item.contains((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
    let box = first(item.small ? boxes.slice(0, 1).filter(() => item.roomy) : boxes.filter(fits), sheet, owner);
    if (!box && item.small) return sheet.inside([at.x, at.y, at.x, at.y]) ? point({ ...item, radius: item.reach }, sheet) : null;
    if (!box) box = first(grid(item, sheet.view).filter(fits), sheet, owner);
    return box ? { box, leader: null } : null;
  }

  function grid({ extent, size }, view) {
    const [left, top, right, bottom] = [0, 1, 2, 3].map((i) => (i < 2 ? Math.max(extent[i], view[i]) : Math.min(extent[i], view[i])));
    const boxes = [];
    const middle = [(left + right) / 2, (top + bottom) / 2];
    for (let i = 1; i < 9; i += 1) {
      for (let j = 1; j < 9; j += 1) boxes.push(boxAt(left + ((right - left) * i) / 9, top + ((bottom - top) * j) / 9, size));
    }
    const off = (box) => Math.hypot((box[0] + box[2]) / 2 - middle[0], (box[1] + box[3]) / 2 - middle[1]);
    return left < right && top < bottom ? boxes.sort((a, b) => off(a) - off(b)) : [];
  }

  // A name of the ground: at its place or a little off it, never led.
  function ground(item, sheet) {
    const city = item.kind === "city" || item.kind === "capital";
    const shifts = [[0, 0], [0, -1], [0, 1], [-0.4, 0], [0.4, 0]];
    const boxes = city
      ? around(item.at, item.size, 2.5, SIDES.slice(0, 6))
      : shifts.map(([x, y]) => boxAt(item.at.x + x * item.size.x, item.at.y + y * item.size.y, item.size));
    const box = first(boxes, sheet, item.owner, 6);
    return box ? { box, leader: null } : null;
  }

  // A name at the map's edge with a triangle that points a way {x, y}: the name's box and the triangle's corners.
  function edge(way, size, sheet) {
    const [left, top, right, bottom] = sheet.view;
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const length = Math.hypot(way.x, way.y) || 1;
    const [ux, uy] = [way.x / length, way.y / length];
    const reach = Math.min((right - x) / Math.abs(ux), (bottom - y) / Math.abs(uy));
    const aside = (right - x) * Math.abs(uy) <= (bottom - y) * Math.abs(ux) ? [0, 1] : [1, 0];
    const within = (low, value, high) => Math.max(low, Math.min(high, value));
    // Along the edge, else further in, where credits or a scale stand at it.
    const shifts = Array.from({ length: 25 }, (_, step) => 18 * Math.ceil(step / 2) * (step % 2 ? 1 : -1));
    const tries = [0, 28, 56].flatMap((inward) => shifts.map((shift) => [inward, shift]));
    tries.sort((a, b) => a[0] + Math.abs(a[1]) - b[0] - Math.abs(b[1]));
    for (const [inward, shift] of tries) {
      const tip = [x + ux * (reach - 5) + aside[0] * shift - aside[1] * inward * Math.sign(ux), y + uy * (reach - 5) + aside[1] * shift - aside[0] * inward * Math.sign(uy)];
      const base = [tip[0] - ux * ARROW, tip[1] - uy * ARROW];
      const box = boxAt(
        within(left + size.x / 2, base[0] - within(-1, 2 * ux, 1) * (size.x / 2 + 3), right - size.x / 2),
        within(top + size.y / 2, base[1] - within(-1, 2 * uy, 1) * (size.y / 2 + 2), bottom - size.y / 2),
        size,
      );
      const mark = boxAt(tip[0] - (ux * ARROW) / 2, tip[1] - (uy * ARROW) / 2, { x: ARROW, y: ARROW });
      if (!sheet.free(box, "edge") || !sheet.free(mark, "edge", -2) || meet(box, mark, -1)) continue;
      return { box, mark, corners: [tip, [base[0] - uy * 5, base[1] + ux * 5], [base[0] + uy * 5, base[1] - ux * 5]] };
    }
    return null;
  }

  return { edge, RULE, covers, meet, Sheet, point, line, area, ground };
})();
