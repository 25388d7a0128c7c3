# make lab    the course, in JupyterLab          make test   prove that all of it works
# Both set up what they need, in .venv; all they ask for is Python 3.11 or newer, make and git.

PYTHON ?= python3
BIN := .venv/bin
SET_UP := .venv/set-up
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

SOLUTIONS := $(notdir $(wildcard notebooks/solutions/*))
RUN := COURSE_PROGRESS= COURSE_PLAYER=picture $(BIN)/jupyter nbconvert --inplace --log-level=ERROR

.PHONY: lab test env notebooks exercises pages bench clean

lab: env
	$(BIN)/jupyter lab $(AS_ROOT) notebooks/00_start_here.ipynb

test: env
	$(BIN)/python -m pytest

env: $(SET_UP)

$(SET_UP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "This course needs Python 3.11 or newer, and $(PYTHON) is older. Name another: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	$(BIN)/python -m compileall -q helpers
	@touch $@

# Run every notebook in place and store its outputs. Run twice, it changes nothing but the bytes of pictures.
notebooks: env
	$(RUN) --to notebook --execute --ExecutePreprocessor.record_timing=False notebooks/[0-9]*.ipynb
	$(RUN) --coalesce-streams notebooks/[0-9]*.ipynb

# Make what learners get out of the exercises with their solutions, with nbgrader's own generator; then run both.
exercises: env
	@rm -f .venv/made.db; for name in $(SOLUTIONS); do \
	  PATH="$(CURDIR)/$(BIN):$$PATH" nbgrader generate_assignment $$name --force \
	    --db sqlite:///$(CURDIR)/.venv/made.db --log-level=ERROR || exit 1; done
	$(RUN) --to notebook --execute --ExecutePreprocessor.record_timing=False notebooks/solutions/*/*.ipynb notebooks/exercises/*/*.ipynb
	$(RUN) --coalesce-streams notebooks/solutions/*/*.ipynb notebooks/exercises/*/*.ipynb

# One page a lesson, which plays its recording in any browser, offline. Lesson 06's is kept with the course.
pages: env
	$(BIN)/python -m helpers.playing.pages notebooks/pages

# What things cost: time, CPU time and memory, each with its bound.
bench: env
	$(BIN)/python -m tests.benchmarks

clean:
	rm -rf .venv *.egg-info build
