// With a server that is held: take real steps, and play its clients, without writing a cell.
//
// live.ask(message): sends {do: "step" | "connect" | "send" | "leave" | "reset" | "type", …} to live.py
// live.heard(news, mine): to be set; called with each answer, and with what a cell has done. news.now is what live.py
//     calls the state: clients (names), ports ([real, asked for]), types (has it a keyboard?), free, over (has it ended?)

const NAMES_TO_TRY = ["alice", "bob", "carol", "dave", "erin"];
const SILENCE = 8000;                          // ms: longer than any answer takes, a step's patience included

class Hands {
  constructor(live, take) {
    Object.assign(this, { live, take, now: live.now, waiting: null });
    this.said = make("div", { class: "said", role: "status" });
    this.step = button("Step", "step: let the loop go round once", () => this.ask({ do: "step" }));
    this.step.classList.add("main");
    const names = make("datalist", { id: `clients-${Math.random().toString(36).slice(2)}` });
    this.names = names;
    this.who = make("input", { type: "text", size: 8, "aria-label": "name of the client", list: names.id, maxlength: 20 });
    this.who.addEventListener("input", () => this.show());
    this.port = make("select", { "aria-label": "port to connect to" });
    this.line = make("input", { type: "text", size: 14, value: "hello", "aria-label": "line to send" });
    const asClient = (action) => () => this.ask({ do: action, name: this.who.value.trim(), line: this.line.value,
      port: Number(this.port.value) || null });
    this.buttons = {
      connect: button("Connect", "connect this client", asClient("connect")),
      send: button("Send line", "send this line as the client", asClient("send")),
      leave: button("Leave", "leave: the client says goodbye, so that recv gives b''", asClient("leave")),
      reset: button("Break off", "break off: a reset of the client's connection, so that recv fails", asClient("reset")),
      type: button("Type line", "type this line at the program's keyboard", asClient("type")),
    };
    const enter = (field, press) => field.addEventListener("keydown", (event) => event.key === "Enter" && press());
    enter(this.who, () => this.buttons.connect.click());
    enter(this.line, () => (this.now.types ? this.buttons.type : this.buttons.send).click());
    this.client = make("span", { class: "client" }, make("label", {}, "client ", this.who), names, this.port, this.buttons.connect);
    this.speech = make("span", { class: "client" }, make("label", {}, "line ", this.line), this.buttons.send, this.buttons.type);
    this.exits = make("span", { class: "client" }, this.buttons.leave, this.buttons.reset);
    this.element = make("div", { class: "hands", role: "group", "aria-label": "play with the server" },
      this.step, this.client, this.speech, this.exits, this.said);
    live.heard = (news, mine) => this.hear(news, mine);
    this.suggest();
    this.show();
    this.standing();
  }

  ask(message) {
    if (this.waiting) return;
    this.waiting = setTimeout(() => this.hear({
      says: "No answer from the notebook. Was its kernel restarted? Then run its cells again." }, true), SILENCE);
    this.live.ask(message);
  }

  hear({ says, film, now }, mine) {            // mine: the answer to a button of this player
    const [before, name] = [this.now.clients, this.who.value.trim()];
    if (now) this.now = now;
    const newcomer = this.now.clients.find((client) => !before.includes(client));
    if (mine && newcomer) this.who.value = newcomer;       // what comes next is most likely for them
    else if (before.includes(name) && !this.now.clients.includes(name)) this.suggest();
    if (film) this.take(film, mine);
    if (mine) {
      clearTimeout(this.waiting);
      this.waiting = null;
      this.said.textContent = says || "";
    } else this.standing();
    this.show();
  }

  standing() {                                 // what may have changed since a button was pressed
    const { free, over } = this.now;
    this.said.textContent = over ? "The program has ended. To play again, run the cells from the one with `run(…)` down to this one."
      : free ? "The program runs free. To step it, hold it: server.hold()."
      : "The loop stands before its next select. Step lets it go round once.";
  }

  suggest() {                                  // a name that nobody has
    this.who.value = NAMES_TO_TRY.find((name) => !this.now.clients.includes(name)) || "";
  }

  show() {                                     // what can be done now, and no other button
    const { clients, ports, types, free, over } = this.now;
    const name = this.who.value.trim();
    const there = clients.includes(name);
    const can = { step: !over && !free, connect: !over && name && !there, send: !over && there, leave: !over && there,
      reset: !over && there, type: !over };
    for (const [action, possible] of Object.entries(can)) this.enable(this.buttons[action] || this.step, possible);
    this.buttons.type.hidden = !types;
    this.buttons.send.hidden = types;
    this.client.hidden = this.exits.hidden = types || !ports.length;
    this.speech.hidden = !types && !ports.length;
    this.port.hidden = ports.length < 2;
    if (this.port.length !== ports.length)
      this.port.replaceChildren(...ports.map(([real, asked]) => make("option", { value: real }, `:${asked}`)));
    this.names.replaceChildren(...clients.map((value) => make("option", { value })));
  }

  enable(button, possible) {                   // whoever stood on a button that goes out must stand somewhere
    if (!possible && button === document.activeElement) (this.line.checkVisibility() ? this.line : this.step).focus();
    button.disabled = !possible;
  }
}
