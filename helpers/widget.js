// The player in a notebook: anywidget calls `render` wherever the player is to be shown, and `model` talks to player.py.

function render({ model, el }) {
  const asked = new Map();                     // number of a question -> what to do with its answer
  let number = 0;
  const hear = (message) => {
    asked.get(message.answers)?.(message);
    asked.delete(message.answers);
  };
  const ask = (message, answered) => {
    asked.set(++number, answered);
    model.send({ ...message, number });
  };
  const live = model.get("live");
  model.on("msg:custom", hear);
  const away = play(el, model.get("film"), live && { ask, now: live });
  return () => { away(); model.off("msg:custom", hear); };
}

export default { render };
