// What is to be seen of one scene: the sockets, with what moved between them and their peers.

const CARDS = 12;                              // of more sockets than this, only some have a card
const FEW = 5;                                 // more cards than this are low
const COMING = /^(recv|accept|read)/;          // from the peer to the server: the others that move bytes go the other way
const GOING = /^(send|write|print)/;
const NOBODY = /^(listener( :\d+)?|udp( :?\d+)?|closed|select|poll|epoll|kqueue|control)$/;      // has no other end

class Stage {
  constructor() {
    this.cards = make("div", { class: "cards" });
    this.element = make("div", { class: "stage", tabindex: 0, role: "region", "aria-label": "sockets in this iteration" },
      make("div", { class: "heads", "aria-hidden": "true" }, make("span", {}, "what the program has open"),
        make("span", {}, "who is at the other end")),
      this.cards);
  }

  show(film, scene, moving) {
    this.cards.classList.toggle("moving", moving);
    if (!scene || scene.kind === "gap") return this.cards.replaceChildren();
    const facts = socketsOf(film, scene);
    const busy = facts.filter((one) => one.busy).slice(0, CARDS);
    const room = CARDS - busy.length;
    const quiet = facts.filter((one) => !busy.includes(one));
    const shown = facts.length <= CARDS ? facts : facts.filter((one) => busy.includes(one) || quiet.indexOf(one) < room);
    const rest = facts.length - shown.length;
    this.cards.replaceChildren(...shown.map(card),
      ...(rest ? [make("div", { class: "rest" }, `and ${rest} more sockets`)] : []));
    if (!shown.length) this.cards.append(make("div", { class: "rest" }, "no sockets"));
    if (scene.went_on) this.cards.prepend(wentOn(scene.went_on));
    this.cards.classList.toggle("many", shown.length > FEW);
    const cards = this.cards.querySelectorAll(".wire");
    bringIntoSight(this.element, shown.map((one, place) => one.busy && cards[place]).filter(Boolean));
  }
}

function wentOn(tasks) {                       // coroutines, each with its line
  const more = tasks.length > CARDS ? [make("span", { class: "rest" }, `and ${tasks.length - CARDS} more`)] : [];
  return make("div", { class: "tasks" }, "went on", ...tasks.slice(0, CARDS).map((name) => make("span", { class: "task" }, name)), ...more);
}

// Each socket that is open in a scene, or used in it, with all that is known of it.
function socketsOf(film, scene) {
  const lists = { reading: film.lists[scene.reading], writing: film.lists[scene.writing], readable: scene.readable,
    writable: scene.writable, exceptional: scene.exceptional, full: notWritable(film, scene) };
  const sets = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, new Set(list)]));
  const did = new Map();
  for (const [call, socket, ...rest] of scene.did) {
    if (!did.has(socket)) did.set(socket, []);
    did.get(socket).push([call, ...rest]);
  }
  const places = new Set([...film.lists[scene.open], ...did.keys()]);
  return [...places].map((place) => {
    const operations = did.get(place) || [];
    const facts = { socket: place !== null, name: place === null ? scene.call : film.names[place], operations, owed: scene.owed[place] || 0,
      peerOf: (index) => film.names[index], left: film.lists[scene.left].includes(place),
      broken: film.lists[scene.broken].includes(place), justCame: scene.did.some(([call, , , , , peer]) => call === "accept" && peer === place),
      flags: scene.flags?.[place] || "", closed: operations.some(([call, , , error]) => call === "close" && !error) };
    for (const [name, set] of Object.entries(sets)) facts[name] = set.has(place);
    facts.busy = operations.length || facts.owed || facts.readable || facts.writable || facts.exceptional;
    return facts;
  });
}

function card(facts) {
  const chips = [];
  const chip = (kind, text) => chips.push(make("span", { class: `chip ${kind}` }, text));
  if (facts.readable) chip("read", "▾ readable");
  else if (facts.reading) chip("watched", "▾ watched");
  if (facts.writable) chip("write", "▴ writable");
  else if (facts.full) chip("full", "▵ not writable");
  else if (facts.writing) chip("watched", "▵ to write");
  if (facts.exceptional) chip("failed", "! exceptional");
  if (facts.flags) chip("flags", facts.flags);
  if (!facts.reading && !facts.writing && facts.socket) chip("unwatched", "not watched");
  if (facts.closed) chip("unwatched", "closed");
  const ready = facts.readable ? (facts.writable ? "read write" : "read") : facts.writable ? "write" : "";
  const full = facts.full ? "full" : "";
  const socket = make("div", { class: `socket ${ready} ${full} ${facts.reading || facts.writing ? "" : "unwatched"}` },
    make("div", { class: "name" }, facts.name), make("div", { class: "chips" }, ...chips));
  if (facts.owed) socket.append(pendingBar(facts.owed));
  const moves = facts.operations.slice(0, 4).map((operation) => movement(operation, facts));
  if (facts.operations.length > 4) moves.push(make("div", { class: "rest" }, `and ${facts.operations.length - 4} more`));
  const other = peer(facts);
  const quiet = !moves.length && other.textContent ? `quiet ${facts.left || facts.broken ? "gone" : ""}` : "";
  return make("div", { class: "wire" }, socket, make("div", { class: `lane ${quiet}` }, ...moves), other);
}

// The bar grows with the number of digits: 5 bytes and 5,000,000 both find room.
function pendingBar(size) {
  const bar = make("span", { class: "bar" });
  bar.style.width = `${8 * Math.log2(size + 1) ** 0.75}px`;
  return make("div", { class: "pending" }, bar, `${size.toLocaleString("en")} bytes pending`);
}

function movement([call, size, data, error, peer], facts) {
  const moved = !error && (size || COMING.test(call));     // to send 0 bytes moves nothing; to receive 0 is news
  const way = moved ? (COMING.test(call) ? "coming" : GOING.test(call) ? "going" : "") : "";
  const what = [call, peer === null ? "" : `${/^recv/.test(call) ? "←" : "→"} ${facts.peerOf(peer)}`, size === null ? "" : size.toLocaleString("en"), data]
    .filter(Boolean).join(" ");
  const pill = make("span", { class: `pill ${error ? "failed" : ""}` }, error ? `✗ ${what} ${error}` : what);
  return make("div", { class: `move ${way}` }, pill);
}

function peer(facts) {
  const others = [...new Set(facts.operations.map(([, , , , peer]) => peer).filter((peer) => peer !== null))];
  const name = others.length ? inARow(others.map(facts.peerOf), 2)
    : facts.name === "stdin" ? "the keyboard" : facts.justCame || NOBODY.test(facts.name) ? "" : facts.name;
  const end = facts.broken ? "broke off" : facts.left ? "says no more" : "";
  return make("div", { class: `peer ${end ? "gone" : ""}` }, name, ...(end && name ? [make("small", {}, end)] : []));
}
