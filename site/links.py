"""Links between the files of the course, as links between the pages of the site."""
import re
from posixpath import dirname, join, normpath, relpath

from course import ROOT, section

LINK = re.compile(r"(!?)\[((?:[^][]|\[[^]]*\])*)\]\(([^)\s:#]*)(#[^)\s]*)?\)")
PLACES = {"README.md": "index.md", "notebooks/exercises": "exercises.md", "LICENSE": "LICENSE.txt"}    # another name there


def relinked(markdown, here):
    """The text of the file `here`, with its links led to the site's pages."""
    def one(link):
        picture, words, target, heading = link.groups()
        heading = (heading or "").lower()      # JupyterLab keeps capital letters, the site doesn't
        if not target:
            return f"[{words}]({heading})" if heading else link[0]
        path = normpath(join(dirname(here), target))
        if not (ROOT / path).exists():         # no link: `handlers[sock](sock)`, in code
            return link[0]
        place = on_the_site(path)
        led = relpath(place, dirname(here) or ".")
        if picture or place.endswith((".md", ".ipynb")):
            return f"{picture}[{words}]({led}{heading})"
        return f'<a href="{led}">{words}</a>'  # a file that is on the site as it is, and no page of Sphinx's
    return LINK.sub(one, markdown)


def readme(heading):
    """A section of README."""
    return relinked(section("README.md", heading), "README.md")


def on_the_site(path):
    """Where a file of the course is on the site: a page's source, or a file that is on it as it is."""
    if path in PLACES:
        return PLACES[path]
    if path.startswith("lessons/") and path.endswith(".py"):
        return path.removesuffix(".py") + ".md"
    return path.replace("notebooks/pages/", "walks/")
