// The player: one recording of a loop, scene by scene, beside the program's source.
//
// film:  what scenes.py makes of a recording
// live:  in a notebook, with a server that is held: what live.js needs; null in a page that stands alone
// atOnce: play it without being asked
//
// State first: where we are, and whether we are playing. `show` paints all of it; everything else calls `show`.

function play(root, film, live = null, atOnce = false) {
  let at = 0;                                  // the scene that is shown
  let timer = null;                            // playing
  const last = () => film.scenes.length - 1;

  root.classList.add("player");
  root.tabIndex = 0;                           // so that the arrow keys have somewhere to go
  root.setAttribute("role", "group");

  const title = make("div", { class: "title" });
  const verdict = make("div", { class: "verdict", "aria-live": "polite" });
  const sources = new Sources(film);
  const stage = new Stage();
  const strip = new Strip(go);

  const slider = make("input", { type: "range", class: "slider", min: 0, "aria-label": "iteration" });
  slider.addEventListener("input", () => go(Number(slider.value)));
  const buttons = {
    first: button("|◀", "first iteration (Home)", () => go(0)),
    previous: button("◀ Back", "back: previous iteration (left arrow)", () => go(at - 1)),
    play: button("▶ Play", "play from here (space bar)", () => (timer ? pause() : start())),
    next: button("Next ▶", "next iteration (right arrow)", () => go(at + 1, true)),
    last: button("▶|", "last iteration (End)", () => go(last())),
  };
  const pace = choice("pace", [["slow", 2000], ["normal", 1000], ["fast", 250]], 1000);
  const controls = make("div", { class: "controls" }, buttons.first, buttons.previous, buttons.play, buttons.next, buttons.last,
    make("label", { class: "whole" }, "iteration", slider), pace);
  const hands = live && new Hands(live, take);
  const caption = (text) => (hands ? [make("div", { class: "caption" }, text)] : []);

  root.replaceChildren(make("div", { class: "head" }, title, verdict),
    make("div", { class: `body ${film.beside ? "two" : ""}` }, sources.element, stage.element),
    ...caption("what has been recorded"), controls, strip.element, legend(),
    ...caption("the real program, now"), ...(hands ? [hands.element] : []));

  function go(place, moving = false) {
    place = Math.max(0, Math.min(last(), place));
    show(place, moving && place === at + 1);
  }

  function show(place, moving) {
    at = place;
    root.style.setProperty("--tall", `${tallness(film)}px`);
    const scene = film.scenes[at];
    root.setAttribute("aria-label", `player of ${film.program}: arrow keys go through its iterations`);
    title.textContent = scene ? titleOf(scene) : `${film.program} has not gone round yet`;
    setText(verdict, scene ? verdictOf(film, scene) : live ? "Press Step: the loop goes round once." : "");
    verdict.className = `verdict ${scene ? scene.kind : ""} ${film.end && at === last() ? "dead" : ""}`;
    sources.show(film, scene);
    stage.show(film, scene, moving);
    strip.show(film, at);
    slider.max = Math.max(0, last());
    slider.value = at;
    slider.setAttribute("aria-valuetext", `${title.textContent}: ${verdict.textContent}`);
    const [start, end] = [at <= 0, at >= last()];
    for (const [one, possible] of [[buttons.first, !start], [buttons.previous, !start], [buttons.next, !end], [buttons.last, !end],
      [buttons.play, last() > 0]]) {
      if (!possible && one === document.activeElement) root.focus({ preventScroll: true });      // else no key is heard any more
      one.disabled = !possible;
    }
  }

  function start() {
    if (at >= last()) go(0);
    buttons.play.textContent = "❚❚ Pause";
    buttons.play.setAttribute("aria-label", "pause (space bar)");
    verdict.setAttribute("aria-live", "off");            // a screen reader couldn't keep up
    const tick = () => {
      go(at + 1, true);
      if (at >= last()) pause();
      else timer = setTimeout(tick, pace.value());
    };
    timer = setTimeout(tick, pace.value() / 2);
  }

  function pause() {
    clearTimeout(timer);
    timer = null;
    buttons.play.textContent = "▶ Play";
    buttons.play.setAttribute("aria-label", "play from here (space bar)");
    verdict.setAttribute("aria-live", "polite");
  }

  function take(news, follow) {                // the film has become longer: go to its end, or stay where we are
    const atEnd = at >= last();
    for (const [key, value] of Object.entries(news))
      film[key] = value && value.keep !== undefined ? [...film[key].slice(0, value.keep), ...value.then] : value;
    if (follow || (atEnd && !timer)) {
      pause();
      show(last(), news.scenes !== undefined);
    } else show(at, false);
  }

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("select, input:not([type=range])")) return;       // arrow keys belong to the text
    const moves = {
      ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1, true), Home: () => go(0), End: () => go(last()),
      " ": () => (timer ? pause() : start()),
    };
    const onButton = event.key === " " && event.target.matches("button");      // the space bar presses it
    if (!(event.key in moves) || onButton) return;
    event.preventDefault();
    if (event.key !== " ") pause();
    moves[event.key]();
  });
  const sizes = new ResizeObserver(() => show(at, false));       // also when it is laid out for the first time
  sizes.observe(root);
  show(live ? Math.max(0, last()) : 0, false);
  if (atOnce && last() > 0) start();

  return () => { pause(); sizes.disconnect(); };          // what to do when the player is taken away
}

// -- sentences --------------------------------------------------------------------------------------------------

function titleOf(scene) {
  const number = (value) => value.toLocaleString("en");
  const which = scene.first === scene.last ? `Iteration ${number(scene.first)}`
    : `Iterations ${number(scene.first)} to ${number(scene.last)}`;
  return scene.kind === "gap" ? which : `${which} · ${scene.call}, ${timeoutOf(scene.timeout)}`;
}

function timeoutOf(seconds) {
  return seconds === null ? "no timeout" : `timeout ${Number(seconds.toPrecision(2))} s`;
}

function verdictOf(film, scene) {
  if (scene.kind === "gap") return "not kept, or left out";
  const ready = [["readable", "readable"], ["writable", "writable"], ["exceptional", "exceptional"]]
    .filter(([list]) => scene[list].length)
    .map(([list, word]) => `${inARow(scene[list].map((place) => flagged(film, scene, place)))} ${word}`);
  const failed = scene.did.find(([call, , , , error]) => error && call === scene.call);
  const died = film.end && scene === film.scenes.at(-1) ? `. The program died: ${film.end}` : "";
  const nobody = failed ? "the call itself failed" : scene.timeout === 0 ? "nobody is ready now" : "nobody ready: the timeout passed";
  const full = notWritable(film, scene).map((place) => film.names[place]);
  const found = (ready.join("; ") || nobody) + (full.length ? `; ${inARow(full)} not writable` : "");
  const count = (scene.last - scene.first + 1).toLocaleString("en");
  const again = { idle: `, ${count} times`, spin: `. A spin: ${count} times the same, and nothing comes of it`,
    again: `. ${count} times: what comes of it can't be seen here`,
    alike: `. ${count} times the same work; this is the last` };
  const wentOn = scene.went_on ? `. Went on: ${inARow(scene.went_on, 6, "; ")}` : "";
  return found + (again[scene.kind] || "") + wentOn + died;
}

// Those who were watched for writing and not handed back as writable; nobody where the call itself failed.
function notWritable(film, scene) {
  if (scene.did.some(([call, , , , error]) => error && call === scene.call)) return [];
  return film.lists[scene.writing].filter((place) => !scene.writable.includes(place));
}

function flagged(film, scene, place) {         // "alice IN|RDHUP": where poll or epoll said more than readable and writable
  return [film.names[place], scene.flags?.[place]].filter(Boolean).join(" ");
}

function inARow(names, most = 6, between = ", ") {
  return names.length <= most ? names.join(between) : `${names.slice(0, most).join(between)} and ${names.length - most} more`;
}

// Pixels that the source or the sockets need: a short program gets a low player, a long one scrolls.
function tallness(film) {
  if (film.beside) return 320;                 // sockets stand below the two files, and not beside
  const cards = Math.max(0, ...film.scenes.slice(-50).map((scene) => film.lists[scene.open]?.length || 0));
  return Math.max(190, Math.min(400, Math.max(film.source.length * 18 + 40, cards * 66 + 24)));
}

function legend() {
  const entry = (kind, text) => make("span", {}, make("span", { class: `key ${kind}` }, { read: "▾", write: "▴", full: "▵" }[kind] || ""), text);
  return make("div", { class: "legend" }, entry("watched", "watched"), entry("read", "readable"), entry("write", "writable"),
    entry("full", "to write, not writable"), entry("unwatched", "used, not watched"),
    entry("failed", "an error"), entry("owed", "bytes pending"));
}

// -- elements ---------------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function draw(tag, attributes = {}, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

function button(text, label, press) {
  const element = make("button", { type: "button", "aria-label": label, title: label }, text);
  element.addEventListener("click", press);
  return element;
}

function choice(label, options, chosen) {
  const select = make("select", { "aria-label": label },
    ...options.map(([text, value]) => make("option", { value }, text)));
  select.value = chosen;
  const element = make("label", { class: "pace" }, label, select);
  element.value = () => Number(select.value);
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
