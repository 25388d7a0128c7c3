// The strip: a row a socket, a column a scene, in the shapes and colours of figures.iterations. Of a long recording
// it draws the columns around the one that is shown. Click, or drag, to go to a column.

const COLUMN = 24;                             // pixels
const ROW = 18;
const NAMES = 110;                             // pixels for the names

class Strip {
  constructor(go) {
    this.first = 0;                            // the first scene that is drawn
    this.drawn = [];                           // what the picture was drawn from: it is drawn anew when that changes
    this.picture = draw("svg", { class: "strip", role: "img" });
    this.element = make("div", { class: "film" }, this.picture);
    const follow = (event) => {
      const place = this.placeAt(event);
      if (place !== null) go(place);
    };
    this.picture.addEventListener("pointerdown", (event) => {
      this.picture.setPointerCapture(event.pointerId);
      this.picture.closest(".player").focus({ preventScroll: true });
      event.preventDefault();
      follow(event);
    });
    this.picture.addEventListener("pointermove", (event) => event.buttons && follow(event));
  }

  placeAt(event) {
    const x = event.clientX - this.picture.getBoundingClientRect().left - NAMES;
    return event.type === "pointerdown" && x < 0 ? null : this.first + Math.floor(x / COLUMN);
  }

  show(film, at) {
    const width = Math.max(320, this.element.clientWidth);
    const fits = Math.floor((width - NAMES) / COLUMN);
    const most = Math.max(0, film.scenes.length - fits);
    if (at < this.first || at >= this.first + fits) this.first = at - Math.floor(fits / 2);
    this.first = Math.max(0, Math.min(most, this.first));
    const drawn = [film.scenes, film.rows.length, width, this.first];
    if (drawn.some((value, place) => value !== this.drawn[place])) this.redraw(film, width, fits);
    this.drawn = drawn;
    this.cursor.setAttribute("x", NAMES + (at - this.first) * COLUMN);
    this.here?.classList.remove("here");
    this.here = this.picture.querySelector(`[data-scene="${at}"]`);
    this.here?.classList.add("here");
  }

  redraw(film, width, fits) {
    const rows = [...film.rows, ...(film.others ? [null] : [])];
    const height = 16 + rows.length * ROW + 18;
    this.cursor = draw("rect", { class: "cursor", y: 0, width: COLUMN, height, rx: 4 });
    const names = rows.map((place, row) => draw("text", { class: "who", x: NAMES - 8, y: 16 + row * ROW + 13 },
      shorten(place === null ? `${film.others} others` : film.names[place], 14)));
    const columns = film.scenes.slice(this.first, this.first + fits).map((scene, column) =>
      this.column(film, scene, rows, NAMES + column * COLUMN, height, this.first + column));
    this.picture.setAttribute("width", width);
    this.picture.setAttribute("height", height);
    this.picture.setAttribute("aria-label", `${film.scenes.length} columns of iterations; the slider goes through them`);
    const more = [];                           // ‹ and ›: there is more on this side
    if (this.first) more.push(draw("text", { class: "tick", x: NAMES - 4, y: height - 5 }, "‹"));
    if (this.first + fits < film.scenes.length) more.push(draw("text", { class: "tick", x: NAMES + fits * COLUMN + 5, y: height - 5 }, "›"));
    this.picture.replaceChildren(this.cursor, ...names, ...columns, ...more);
    this.picture.toggleAttribute("hidden", !film.scenes.length);
  }

  column(film, scene, rows, x, height, place) {
    const middle = x + COLUMN / 2;
    const count = scene.last - scene.first + 1;
    const first = scene.first < 1000 ? `${scene.first}` : `…${String(scene.first % 1000).padStart(3, "0")}`;
    const all = draw("g", {});
    const title = draw("title", {}, `${titleOf(scene)}: ${verdictOf(film, scene)}`);
    all.append(title, draw("rect", { class: "ground", x, y: 0, width: COLUMN, height }),
      draw("text", { class: "tick", "data-scene": place, x: middle, y: height - 5 }, count > 1 ? `${first}–` : first));
    if (scene.kind === "gap") {
      all.append(draw("text", { class: "tick", x: middle, y: height / 2 }, "…"));
      return all;
    }
    if (count > 1) all.append(draw("text", { class: `tick ${scene.kind}`, x: middle, y: 11 }, count < 1000 ? `×${count}` : "×1k+"));
    rows.forEach((socket, row) => {
      const mine = socket === null ? (other) => !film.rows.includes(other) : (other) => other === socket;
      all.append(...cell(film, scene, mine, x, 16 + row * ROW));
    });
    return all;
  }
}

// A row's sockets in one scene: a box if they were watched, coloured if ready; a dot for what was done with them, a
// red frame if that failed, a bar for bytes pending.
function cell(film, scene, mine, x, y) {
  const read = scene.readable.some(mine) || scene.exceptional.some(mine);
  const write = scene.writable.some(mine);
  const full = !write && notWritable(film, scene).some(mine);
  const watched = film.lists[scene.reading].some(mine) || film.lists[scene.writing].some(mine);
  const did = scene.did.filter(([, socket]) => socket !== null && mine(socket));
  if (!watched && !did.length) return [];
  const kind = read ? "read" : write ? "write" : watched ? "watched" : "unwatched";
  const failed = did.some(([, , , , error]) => error) ? "failed" : full ? "full" : "";
  const box = { x: x + 2, y: y + 2, width: COLUMN - 4, height: ROW - 4, rx: 3 };
  const shapes = [draw("rect", { class: `box ${kind} ${failed}`, ...box })];
  if (read && write) shapes.push(draw("rect", { class: "box write", ...box, x: x + COLUMN / 2, width: COLUMN / 2 - 2 }));
  const half = read && (write || full) ? COLUMN / 5 : 0;             // both marks find room side by side
  if (read) shapes.push(draw("text", { class: "mark", x: x + COLUMN / 2 - half, y: y + 13 }, "▾"));
  if (write || full)
    shapes.push(draw("text", { class: `mark ${write ? "write" : read ? "" : "full"}`, x: x + COLUMN / 2 + half, y: y + 13 }, write ? "▴" : "▵"));
  if (!read && !write && !full && did.length) shapes.push(draw("circle", { class: "dot", cx: x + COLUMN / 2, cy: y + ROW / 2, r: 2 }));
  if (Object.keys(scene.owed).some((socket) => mine(Number(socket))))
    shapes.push(draw("rect", { class: "owed", x: x + 4, y: y + ROW - 5, width: COLUMN - 8, height: 2.5 }));
  return shapes;
}

function shorten(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
