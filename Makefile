# Needs Python >= 3.11 and make; everything else goes into .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/dev.lock
FUZZ_EXAMPLES ?= 5000

.DEFAULT_GOAL := help
.PHONY: help demo fuzz test coverage-rules up lint bench pictures lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(VENV)/.ready: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "calends: needs Python 3.11 or newer, found $$($(PYTHON) --version); mend: make PYTHON=python3.12 …" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/.ready ## the main job on the sample company, by itself
	@$(BIN)/calends demo

test: $(VENV)/.ready lint ## all tests that need no special machine
	@tests/debian-packages
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

coverage-rules: $(VENV)/.ready ## branch coverage of the law by its own tests alone: 100 %
	$(BIN)/python -m coverage run --branch --source=calends/rules --data-file=$(VENV)/.coverage.rules -m pytest --quiet tests/rules
	$(BIN)/python -m coverage report --data-file=$(VENV)/.coverage.rules --show-missing --skip-covered --fail-under=100

lint: $(VENV)/.ready ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

up: $(VENV)/.ready ## the embedded service, Ctrl-C stops it
	@$(BIN)/calends up

fuzz: $(VENV)/.ready ## hostile mail nobody thought of, FUZZ_EXAMPLES of each sort
	FUZZ_EXAMPLES=$(FUZZ_EXAMPLES) $(BIN)/python -m pytest --timeout 0 tests/mail/test_fuzz.py

bench: $(VENV)/.ready ## measure against the bare engine, ratios in one run
	@$(BIN)/python -m tests.bench

pictures: $(VENV)/.ready ## the desk in docs/pictures/, drawn anew in Debian's Chromium
	@$(BIN)/python -W ignore -m tests.console.pictures

lock: $(VENV)/.ready ## write the hashed lock files anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --extra embedded --extra databases --extra dev -o requirements/dev.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --extra listener --extra databases -o requirements/production.lock pyproject.toml

clean: ## remove .venv and caches (not var/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
