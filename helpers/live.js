// With a server that is held: take real steps, and play its clients, without writing a cell.
//
// live.ask(message, answered): sends {do: "step" | "connect" | "send" | "leave" | "reset" | "type", …} to live.py
// live.now: what its answers hold, too: clients (names), ports ([real, asked for]), types (does it read its keyboard?), over (has it ended?)

const NAMES_TO_TRY = ["alice", "bob", "carol", "dave", "erin"];
const SILENCE = 8000;                          // ms: longer than any answer takes, a step's patience included

class Hands {
  constructor(live, take) {
    Object.assign(this, { live, take, now: live.now, waiting: null });
    this.said = make("div", { class: "said", role: "status" }, "The loop stands before its next select. Step lets it go round once.");
    this.step = button("↻ Step", "step: let the loop go round once", () => this.ask({ do: "step" }));
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
      leave: button("Leave", "the client leaves: the server's recv gives b''", asClient("leave")),
      reset: button("Reset", "the client breaks off with a reset: the server's recv fails", asClient("reset")),
      type: button("Type line", "type this line at the program's keyboard", asClient("type")),
    };
    this.line.addEventListener("keydown", (event) => {
      if (event.key === "Enter") (this.now.types ? this.buttons.type : this.buttons.send).click();
    });
    this.client = make("span", { class: "client" }, make("label", {}, "client ", this.who), names, this.port, this.buttons.connect);
    this.speech = make("span", { class: "client" }, make("label", {}, "line ", this.line), this.buttons.send, this.buttons.type);
    this.exits = make("span", { class: "client" }, this.buttons.leave, this.buttons.reset);
    this.element = make("div", { class: "hands", role: "group", "aria-label": "play with the server" },
      this.step, this.client, this.speech, this.exits, this.said);
    this.suggest();
    this.show();
  }

  ask(message) {
    if (this.waiting) return;
    this.waiting = setTimeout(() => this.answer({
      says: "No answer from the notebook. Is a cell still running, or has the kernel stopped?" }), SILENCE);
    this.show();
    this.live.ask(message, (answer) => this.answer(answer));
  }

  answer({ says, film, now }) {
    clearTimeout(this.waiting);
    this.waiting = null;
    if (now) this.now = now;
    if (film) this.take(film);
    this.said.textContent = says || "";
    if (!this.now.clients.includes(this.who.value.trim())) this.suggest();
    this.show();
  }

  suggest() {                                  // a client that is there; else a name that nobody has
    const { clients } = this.now;
    this.who.value = clients.at(-1) || NAMES_TO_TRY.find((name) => !clients.includes(name)) || "client";
  }

  show() {                                     // what can be done now, and no other button
    const { clients, ports, types, over } = this.now;
    const there = clients.includes(this.who.value.trim());
    const idle = !this.waiting && !over;
    this.step.disabled = !idle;
    this.buttons.connect.disabled = !idle || there || !this.who.value.trim();
    for (const action of ["send", "leave", "reset"]) this.buttons[action].disabled = !idle || !there;
    this.buttons.type.disabled = !idle;
    this.buttons.type.hidden = !types;
    this.buttons.send.hidden = types;
    this.client.hidden = this.exits.hidden = types || !ports.length;
    this.speech.hidden = !types && !ports.length;
    this.port.hidden = ports.length < 2;
    if (this.port.length !== ports.length) 
      this.port.replaceChildren(...ports.map(([real, asked]) => make("option", { value: real }, `:${asked}`)));
    this.names.replaceChildren(...clients.map((value) => make("option", { value })));
  }
}
