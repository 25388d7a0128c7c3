"""What is done with each page that Sphinx has made: it gets its policy, and what the theme leaves to be mended is mended."""
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

from course import lessons

WITHIN = re.compile(r"(?s)<(script|style)(?![^>]*\bsrc=)[^>]*>(.*?)</\1>")

# Each of them was found by axe, or by going through a page with the keyboard alone.
MENDED = (
    (r'<p class="caption" role="heading">', '<p class="caption">'),                # a heading without a level, above the first
    (r'<aside class="sidebar-drawer">', '<aside class="sidebar-drawer" aria-label="Pages">'),
    (r'<aside class="toc-drawer', '<aside aria-label="On this page" class="toc-drawer'),
    (r'(?s)(<input type="checkbox" class="sidebar-toggle".*?)(?=<label)', r'<nav aria-label="Drawers">\1</nav>'),
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),                # what it says is its name
    (r'<th class="head[^"]*"><p></p></th>', "<td></td>"),                          # a corner is no heading
    (r'<div class="(?=table-wrapper)', '<div tabindex="0" class="'),              # they scroll, on a narrow page
    (r'<div class="output text_html">(?=\s*<table><tr><th)', '<div tabindex="0" class="output text_html">'),
    (r'<label class="nav-overlay-icon"', '<label title="Pages" class="nav-overlay-icon"'),
    (r'<label class="toc-overlay-icon', '<label title="On this page" class="toc-overlay-icon'),
    (r'<span class="[npw]">([^<]*)</span>', r"\1"),                                # they look as all else does: 0.7 MB
    (r'(?s)<pre>(?=(.*?)</pre>)', lambda pre: '<pre tabindex="0">' if is_wide(pre[1]) else "<pre>"),
)
FITS = 36       # characters of code that a page shows side by side on any phone


def is_wide(html):
    """Whether some lines of code are so long that they scroll on a narrow page: then the keyboard must get there, too."""
    return any(len(line) > FITS for line in unescape(re.sub("<[^>]*>", "", html)).splitlines())


def finish(folder):
    """All pages in `folder`. Those of the walks are whole, and have a stricter policy: they get links back."""
    for lesson in lessons():
        path = folder / "walks" / f"{lesson.stem}.html"
        path.write_text(path.read_text(encoding="utf-8").replace("</h1>", f"</h1>\n{back(lesson)}", 1), encoding="utf-8")
    for path in folder.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        if "Content-Security-Policy" in page:
            continue
        for theirs, ours in MENDED:
            page = re.sub(theirs, ours, page)
        path.write_text(with_policy(page), encoding="utf-8")


def back(lesson):
    """Where the page of a walk belongs. In a frame this isn't seen, as all that stands above the player."""
    return (f'<p><a href="../notebooks/{lesson.stem}.html">Lesson {lesson.name}</a> · '
            '<a href="../index.html">The course</a></p>\n'
            "<noscript><p>The player needs JavaScript, which is off here.</p></noscript>")


def with_policy(page):
    """It may load what is on the site, and run its own scripts and styles, by their hashes. Nothing else."""
    return page.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n    <meta http-equiv="Content-Security-Policy" '
                                                  f'content="{policy(page)}">', 1)


def policy(page):
    hashes = {"script": set(), "style": set()}
    for kind, text in WITHIN.findall(page):
        hashes[kind].add(f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'")
    scripts, styles = (" ".join(["'self'", *sorted(hashes[kind])]) for kind in ("script", "style"))
    return (f"default-src 'none'; script-src {scripts}; style-src {styles}; style-src-attr 'unsafe-inline'; "
            "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'")
