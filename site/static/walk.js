// What the site does itself, beside its theme. It puts the player in: gives each frame the height that its page needs, and tells it whether this page is dark.
// They talk in messages, since pages that are opened as files may not look into each other (helpers/playing/look/frame.js).

const dark = matchMedia("(prefers-color-scheme: dark)");
const frames = () => [...document.querySelectorAll(".walk iframe")];

function tell(frame) {
  const theme = document.body.dataset.theme;
  const scheme = theme === "light" || theme === "dark" ? theme : dark.matches ? "dark" : "light";
  frame.contentWindow.postMessage({ scheme }, "*");
}

addEventListener("message", ({ source, data }) => {
  const frame = frames().find((one) => one.contentWindow === source);
  if (!frame || !Number.isFinite(data?.player)) return;
  frame.style.height = `${data.player}px`;
  tell(frame);
});
dark.addEventListener("change", () => frames().forEach(tell));
new MutationObserver(() => frames().forEach(tell)).observe(document.body, { attributeFilter: ["data-theme"] });

// The search shows a piece of each page that it finds. It fetches the page for that, which a browser doesn't do from a file.
DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";
