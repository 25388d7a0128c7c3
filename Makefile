# make lab    the course, in JupyterLab      make lab NAME=05_disconnect_cleanup    one of its notebooks
# It sets up what it needs, in .venv; all that it asks for is Python 3.11 or newer, and make.

PYTHON ?= python3
BIN := .venv/bin
SET_UP := .venv/set-up
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
LAB := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab $(AS_ROOT) \
  --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/$(or $(NAME),00_start_here).ipynb

.PHONY: lab set-up clean

# What a learner has no use for is switched off in .jupyter, also where nbgrader is installed.
lab: set-up
	@test -z "$(NAME)" -o -f "notebooks/$(NAME).ipynb" || { echo "There is no notebook '$(NAME)'. Name one: make lab NAME=04_multi_client_echo"; exit 1; }
	JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" $(LAB)

# What learners need.
set-up: $(SET_UP)

$(SET_UP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This course needs Python 3.11 or newer, and $(PYTHON) is older. Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --editable .
	$(BIN)/python -m compileall -q helpers
	@touch $@

clean:
	rm -rf .venv *.egg-info build site/build

# -- for teachers and developers: `make handout` leaves out all that follows -------------------------------------------

# make handout   a folder for learners      make grade   points and feedback      make test   prove that all of it works

SOLUTIONS := $(notdir $(wildcard notebooks/solutions/*))
BOTH = $(foreach name,$(SOLUTIONS),notebooks/solutions/$(name)/$(name).ipynb notebooks/exercises/$(name)/$(name).ipynb)
WORKERS ?= 4
RUN := COURSE_PROGRESS= COURSE_PLAYER=picture $(BIN)/jupyter nbconvert --inplace --log-level=ERROR

.PHONY: class handout grade test check env notebooks notebook exercises exercise pages site bench

# The same for teachers, with all that nbgrader shows.
class: $(SET_UP)-class
	$(LAB)

# A folder for learners, without solutions: handout/.
handout: $(SET_UP)-class
	@$(BIN)/python -m helpers.teaching.handout

# Points and feedback for all that lies in submitted/, and a table of the class. AGAIN=yes: also for what is graded already.
grade: $(SET_UP)-class
	@COURSE_FENCE=$(FENCE) $(BIN)/python -m helpers.teaching.grade $(if $(AGAIN),again)

# Most of a test's time is waiting, so several run side by side; tests/conftest.py says which go together.
test: env
	$(BIN)/ruff check
	$(BIN)/python -m pytest -n $(WORKERS)

CHECKED := $(addprefix tests/,course playing inside server recording figures)        # the long ones first

# What a developer runs all day, in a minute or two: no trials, no exercises, no class, no browser, no website, and nothing that takes long.
check: env
	$(BIN)/ruff check
	$(BIN)/python -m pytest -n $(WORKERS) -m "not long" $(CHECKED)

# What developers need beside what learners do.
env: $(SET_UP)-test

$(SET_UP)-%: $(SET_UP)
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

# Run every notebook in place and store its outputs. Run twice, it changes nothing but pictures, and their words where they count what ran free.
NOTEBOOKS := $(wildcard notebooks/[0-9]*.ipynb)
notebooks: env
	$(RUN) --to notebook --execute --ExecutePreprocessor.record_timing=False $(NOTEBOOKS)
	$(RUN) --coalesce-streams $(NOTEBOOKS)

# One of them: make notebook NAME=04_multi_client_echo
notebook:
	@test -f "notebooks/$(NAME).ipynb" || { echo "There is no notebook '$(NAME)'. Name one: make notebook NAME=04_multi_client_echo"; exit 1; }
	@$(MAKE) --no-print-directory notebooks NOTEBOOKS=notebooks/$(NAME).ipynb

# Make what learners get out of the exercises with their solutions, with nbgrader's own generator; then run both.
exercises: env
	@rm -f .venv/made.db; for name in $(SOLUTIONS); do \
	  PATH="$(CURDIR)/$(BIN):$$PATH" nbgrader generate_assignment $$name --force \
	    --CourseDirectory.release_directory=notebooks/exercises \
	    --db sqlite:///$(CURDIR)/.venv/made.db --log-level=ERROR || exit 1; done
	$(RUN) --to notebook --execute --ExecutePreprocessor.record_timing=False $(BOTH)
	$(RUN) --coalesce-streams $(BOTH)

# One of them: make exercise NAME=04_multi_client_echo
exercise:
	@test -n "$(NAME)" -a -d "notebooks/solutions/$(NAME)" || { echo "There is no exercise '$(NAME)'. Name one: make exercise NAME=04_multi_client_echo"; exit 1; }
	@$(MAKE) --no-print-directory exercises SOLUTIONS=$(NAME)

# One page a lesson, which plays its recording in any browser, offline. Lesson 06's is kept with the course.
pages: env
	$(BIN)/python -m helpers.playing.pages notebooks/pages

# The course as a website, in site/build/html: from the notebooks as they are stored, and a page of each walk.
site: $(SET_UP)-site
	$(BIN)/python site/build.py

# What things cost: time, CPU time and memory, each with its bound.
bench: env
	$(BIN)/python -m tests.benchmarks
