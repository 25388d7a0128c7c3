"""What learners have written in words shows in your browser, and may not act there: in feedback, and on nbgrader's pages.

A script there would have your rights in JupyterLab, and could give points. So Markdown is cleaned when it has become HTML.
"""
import bleach
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TAGS = {"a", "b", "blockquote", "br", "code", "del", "details", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li",
        "ol", "p", "pre", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"*": ["class", "id", "title", "align"], "a": ["href"]}
PROTOCOLS = {"http", "https", "mailto"}


@pass_context
def as_html(context, source):
    """The filter `markdown2html` of nbconvert's templates, without what could act."""
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(source)
    return bleach.clean(html, TAGS, ATTRIBUTES, PROTOCOLS)
