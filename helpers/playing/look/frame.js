// A saved page in a frame of another page, of the course's website for instance. That page may be a file as well as on a
// server, so the two talk in messages: this one says how high it is, and is told whether that one is dark.

function liveInFrame() {
  const page = document.getElementById("page");
  page.removeAttribute("role");                // the main part is that of the page around it
  document.body.classList.add("framed");
  const height = () => Math.ceil(page.getBoundingClientRect().bottom + scrollY) + 4;
  new ResizeObserver(() => parent.postMessage({ player: height() }, "*")).observe(page);
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || !["light", "dark"].includes(data?.scheme)) return;
    document.documentElement.style.colorScheme = data.scheme;
    document.body.dataset.jpThemeLight = data.scheme === "light";
  });
}

// Whoever asks for walk.html#play has it played at once, unless they want nothing that moves.
function wantsToPlay() {
  return location.hash === "#play" && !matchMedia("(prefers-reduced-motion: reduce)").matches;
}
