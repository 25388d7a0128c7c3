// What is to be seen of one scene: the program's lines, and those of a second file beside them, if there is one.

class Sources {
  constructor(film) {
    this.own = new Source(film.program, [[1, film.source]], film.asks, { heading: Boolean(film.beside) });
    this.element = make("div", { class: "sources" }, this.own.element);
    if (film.beside) this.follow(film.beside);
  }

  follow(beside) {                             // its excerpt grows with what has run of it
    const other = new Source(beside.name, beside.parts, beside.asks, { total: beside.total, heading: true, other: true });
    if (this.other) this.other.element.replaceWith(other.element);
    else this.element.append(other.element);
    [this.other, this.drawn] = [other, beside];
  }

  show(film, scene) {
    const known = Boolean(scene) && scene.kind !== "gap";
    const ran = known ? film.lists[scene.lines] : [];
    const stepped = !known || ran.length > 0 || scene.beside !== undefined;
    this.own.show(stepped ? ran : null, scene?.printed);
    if (!film.beside) return;
    if (film.beside !== this.drawn) this.follow(film.beside);
    this.other.show(!stepped ? null : scene?.beside === undefined ? [] : film.lists[scene.beside]);
  }
}

// Lines of a file, of which those that ran in a scene are lit. `parts`: [number of the first line, lines as HTML] each;
// between two of them there are lines that aren't shown.
class Source {
  constructor(name, parts, asks, { total = 0, heading = false, other = false } = {}) {
    this.other = other;                        // a second file: of a library often, and long
    this.lines = new Map();                    // by number
    const rows = [];
    let next = 1;
    for (const [first, htmls] of parts) {
      rows.push(...fold(next, first - 1), ...htmls.map((html, index) => this.line(first + index, html)));
      next = first + htmls.length;
    }
    if (parts.length) rows.push(...fold(next, total));
    else if (total) rows.push(make("div", { class: "rest" }, "None of its lines has run yet."));
    for (const line of asks.map((number) => this.lines.get(number)).filter(Boolean)) {
      line.classList.add("asks");
      line.title = "here the loop asks, and waits";
    }
    this.listing = make("div", { class: "listing", tabindex: 0, role: "region", "aria-label": `source of ${name}` }, ...rows);
    this.printed = make("pre", { class: "printed", "aria-label": "printed in this iteration" });
    this.note = make("button", { type: "button", class: "note" });
    this.note.addEventListener("click", () => bringIntoSight(this.listing, this.hidden()));
    this.listing.addEventListener("scroll", () => this.tellOfHidden());
    const head = heading ? [make("div", { class: "file", "aria-hidden": "true" }, name)] : [];
    this.element = make("div", { class: "source" }, ...head, this.listing, this.note, this.printed);
    this.lit = [];
  }

  line(number, html) {
    const code = make("code");
    code.innerHTML = html || " ";              // Pygments wrote it: names of classes, and escaped text
    code.style.setProperty("--deep", code.textContent.search(/\S|$/));      // a line that is too long goes on below, further in
    if (!code.textContent.trimStart().startsWith("#")) code.querySelector(".c1:last-child")?.classList.add("aside");
    const line = make("div", { class: "line" }, make("span", { class: "number" }, String(number)), code);
    line.dataset.number = number;
    this.lines.set(number, line);
    return line;
  }

  // `numbers`: the lines that ran, null where that isn't known. printed: what the program printed in this scene.
  show(numbers, printed = "") {
    for (const line of this.lit) line.classList.remove("ran");
    this.lit = (numbers || []).map((number) => this.lines.get(number)).filter(Boolean);
    for (const line of this.lit) line.classList.add("ran");
    this.unknown = numbers === null && this.lines.size;
    setText(this.printed, printed ? `printed: ${printed.trimEnd()}` : "");
    this.printed.scrollTop = this.printed.scrollHeight;      // of a traceback the last line says what it was
    const asking = [...this.listing.querySelectorAll(".asks")];
    const asked = asking.filter((line) => this.lit.includes(line));
    if (this.other && asked.length) this.listing.scrollTop = asked[0].offsetTop - 48;      // and what the loop does then
    else bringIntoSight(this.listing, this.lit.length ? this.lit : asking);
    this.tellOfHidden();
  }

  hidden() {                                   // lines that ran, and can't be seen without scrolling
    const { clientHeight, scrollTop } = this.listing;
    return this.lit.filter((line) => line.offsetTop < scrollTop - 4 || line.offsetTop + line.offsetHeight > scrollTop + clientHeight + 4);
  }

  tellOfHidden() {
    const numbers = this.hidden().map((line) => Number(line.dataset.number));
    setText(this.note, this.unknown ? "Which lines ran is known only of iterations that were stepped."
      : numbers.length ? `also ran: ${ranges(numbers)}` : "");
    this.note.disabled = !numbers.length;
    this.note.hidden = !this.note.textContent;
  }
}

function fold(first, last) {                   // a row for lines that aren't shown, if there are any
  if (last < first) return [];
  return [make("div", { class: "fold" }, first === last ? `⋯ line ${first}` : `⋯ lines ${first} to ${last}`)];
}

function ranges(numbers) {                     // [3, 4, 5, 9] -> "3–5, 9"
  const runs = [];
  for (const number of [...numbers].sort((one, other) => one - other)) {
    if (runs.length && runs.at(-1)[1] + 1 === number) runs.at(-1)[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

// Bring these parts of a pane into sight, within the pane only: the page must not jump.
function bringIntoSight(pane, parts) {
  if (!parts.length) return;
  const top = Math.min(...parts.map((part) => part.offsetTop));
  const bottom = Math.max(...parts.map((part) => part.offsetTop + part.offsetHeight));
  const { clientHeight, scrollTop } = pane;
  if (top >= scrollTop && bottom <= scrollTop + clientHeight) return;
  pane.scrollTop = bottom - top > clientHeight ? top - 8 : (top + bottom - clientHeight) / 2;
}
