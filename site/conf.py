"""How Sphinx makes the website of what gather.py has gathered in build/source. `make site` runs both."""
from pathlib import Path

project = "I/O multiplexing, one iteration at a time"
html_title = project
language = "en"

extensions = ["myst_nb"]
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence"]

# The outputs that are stored are the truth: strict nbval has compared them.
nb_execution_mode = "off"
nb_render_error_lexer = "myst-ansi"    # tracebacks are of the course's making, and shorter than IPython's

html_theme = "furo"
html_theme_options = {"top_of_page_buttons": []}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("walk.js", {"defer": "defer"})]
html_favicon = "static/icon.svg"
html_use_index = False
html_copy_source = False
html_show_copyright = False
html_search_scorer = str(Path(__file__).with_name("scorer.js"))
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
