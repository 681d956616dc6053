# Each target does all of its own set-up. Needs Python 3.11 or newer, make, and a package index.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := $(VENV)/peers
FLAGS :=
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help serve test check docs bench bench-peers loadtest clean

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

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

bench: $(VENV)/.test ## Measure speed, sync, memory, start and isolation into docs/performance.md (40 minutes; FLAGS=--quick: little of it).
	$(BIN)/python loadtests/bench/speed.py --write $(FLAGS)
	$(BIN)/python loadtests/bench/chart.py
	$(BIN)/python loadtests/bench/sync.py --write $(FLAGS)
	$(BIN)/python loadtests/bench/memory.py --write $(FLAGS)
	$(BIN)/python loadtests/bench/start.py --write $(FLAGS)
	$(BIN)/python loadtests/bench/promises.py --write
ifeq ($(FLAGS),)
	$(BIN)/python loadtests/bench/generate.py --write
	$(BIN)/python loadtests/bench/worlds.py --write
	$(BIN)/python loadtests/bench/isolation.py --write
	$(BIN)/python loadtests/bench/scale.py --write
endif

bench-peers: $(BIN)/python ## Install what `make bench` compares with, into .venv/peers. Needs npm, and Java for one of them.
	npm install --prefix $(PEERS) --no-audit --no-fund json-server@0.17.4 wiremock@3.13.2 @stoplight/prism-cli@5.14.2
	$(PYTHON) -m venv $(PEERS)/moto
	$(PEERS)/moto/bin/python -m pip install --quiet --disable-pip-version-check 'moto[server]==5.2.5'

loadtest: $(VENV)/.load ## Run every load scenario against servers of their own, with their proofs (ten minutes), into loadtest-NAME.
	$(BIN)/simulator loadtest till --users 50 --run-time 60s
	$(BIN)/simulator loadtest t3_sync --receipts 50000 --run-time 60s
	$(BIN)/simulator loadtest day_at_the_shop --shops 5 --cashiers 40
	$(BIN)/simulator loadtest four_twenty --run-time 60s
	$(BIN)/simulator loadtest outage_and_drain --sales 10000
	$(BIN)/simulator loadtest month_end --receipts 5000 --sales 1000
	$(BIN)/simulator loadtest soak --run-time 2m

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
