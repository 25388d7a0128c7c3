"""How Sphinx makes the website of what gather.py has gathered in build/source. `make site` runs both."""
project = "I/O multiplexing, one iteration at a time"
html_title = project
language = "en"

extensions = ["myst_nb"]
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence"]

# The outputs that are stored are the truth: strict nbval has compared them.
nb_execution_mode = "off"
nb_render_error_lexer = "myst-ansi"    # tracebacks are of the course's making, and shorter than IPython's
nb_code_prompt_show = "Predict first. Then open: what came of it"
nb_code_prompt_hide = "What came of it"

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
html_show_search_summary = False       # a summary is fetched, and a browser fetches nothing from a file
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
