"""The player's own files, and the page that needs nothing else: it plays a film in any browser, offline.

How the player looks is plain JavaScript in look/, joined as it is, without any build step: player.js, source.js,
stage.js (sockets), strip.js; in a notebook live.js (the buttons) and widget.js, too; in a page that is saved frame.js.
"""
import json
from pathlib import Path

LOOK = Path(__file__).parent / "look"
SCRIPTS = ("player.js", "source.js", "stage.js", "strip.js")


def read(*names):
    return "\n".join((LOOK / name).read_text(encoding="utf-8") for name in names)


def page(film):
    """A whole HTML page that plays a film. It may load nothing: its own policy forbids it."""
    data = json.dumps(film, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
    title = film["program"].replace("&", "&amp;").replace("<", "&lt;")
    return PAGE.format(title=title, style=read("player.css", "page.css"), script=read(*SCRIPTS, "frame.js"), data=data)


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}, iteration by iteration</title>
<style>
{style}
</style>
</head>
<body>
<div id="page" role="main">
<div class="said">
<h1>{title}, iteration by iteration</h1>
<p>A recording of a real program. Press <b>Play</b>, or go with the arrow keys.</p>
</div>
<div id="player"></div>
<script type="application/json" id="film">{data}</script>
<script type="module">
{script}
const root = document.getElementById("player");
play(root, JSON.parse(document.getElementById("film").textContent), null, wantsToPlay());
if (parent !== window) liveInFrame(); else root.focus({{ preventScroll: true }});     // there the arrow keys are for nobody else
</script>
</div>
</body>
</html>
"""
