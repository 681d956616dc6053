# Each target does all of its own set-up. Needs Python 3.11 or newer, make, and a package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help serve test check docs bench loadtest clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

serve: $(VENV)/.core ## Serve the demo world on http://127.0.0.1:8420 until interrupted.
	$(BIN)/simulator serve

test: $(VENV)/.test ## Run the tests.
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/.test ## Check format, style, types and layers.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.test ## Write docs/states.md and draw the pictures in docs/img.
	$(BIN)/python docs/generate_states.py
	$(BIN)/python docs/plot_recipes.py

bench: $(VENV)/.test ## Measure speed, memory and isolation, and write it to docs/performance.md (a quarter of an hour).
	$(BIN)/python loadtests/bench/generate.py --write
	$(BIN)/python loadtests/bench/worlds.py --write
	$(BIN)/python loadtests/bench/isolation.py --write

loadtest: $(VENV)/.load ## Load a server of its own for ten seconds.
	$(BIN)/python loadtests/_own_server.py loadtests/till_and_sync.py --users 20 --spawn-rate 20 --run-time 10s

clean: ## Remove what the other targets made.
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable .
	touch $@

$(VENV)/.load: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[load]'
	touch $@ $(VENV)/.core

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	$(INSTALL) --editable '.[test]'
	touch $@ $(VENV)/.core
