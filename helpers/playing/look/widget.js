// The player in a notebook: anywidget gives us a `model`, which talks to widget.py.
//
// JupyterLab can't show a saved view of a widget without its kernel: it would say "model not found". So what a cell shows,
// and what is saved, is a picture in an element with a mark. As long as the kernel lives, the player takes its place.

function initialize({ model }) {
  const shown = new Map();                     // element -> what to do when it is taken away
  const look = () => {
    for (const [el, away] of shown) if (!el.isConnected && shown.delete(el)) away();
    for (const el of document.querySelectorAll(`[data-player="${model.get("place")}"]`))
      if (!shown.has(el)) {
        el.closest(".jp-RenderedHTMLCommon")?.classList.remove("jp-RenderedHTMLCommon");      // JupyterLab's looks of prose
        shown.set(el, render({ model, el }));
      }
  };
  const watching = new MutationObserver(look);
  watching.observe(document.body, { childList: true, subtree: true });
  look();
  return () => { watching.disconnect(); shown.forEach((away) => away()); };
}

// Where a view of a widget is shown (VS Code, Colab), it is called for each of them.
function render({ model, el }) {
  const asked = new Set();                     // the questions of this view: others may show the same player
  const live = model.get("live") && {
    now: model.get("live"),
    ask(message) {
      const number = Math.random().toString(36).slice(2);
      asked.add(number);
      model.send({ ...message, number });
    },
  };
  let sure = false;                            // what the kernel said before we could hear it is lost: we ask for all
  const hear = (news) => {
    sure ||= Boolean(news.whole);
    if (sure) live?.heard(news, asked.delete(news.answers));
  };
  model.on("msg:custom", hear);
  const away = play(el, model.get("film"), live);
  model.send({ do: "look" });
  const quiet = keepKeys(el);
  return () => { away(); quiet(); model.off("msg:custom", hear); };
}

// JupyterLab has plain keys for commands: x cuts a cell, b adds one. On a button of ours they mean nothing, and the
// arrows are ours. With Ctrl, Alt or Command they are JupyterLab's: Ctrl-S saves. (Lumino looks at this attribute.)
function keepKeys(el) {
  const mark = (event) => {
    if (!el.contains(event.target)) return;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey);
    for (const one of [el, event.target]) one.toggleAttribute("data-lm-suppress-shortcuts", plain);
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}

export default { initialize, render };
