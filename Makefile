# Everything a person or CI runs. `make help` lists the targets.
# Only python3 (3.11 or newer, with venv) and make are needed; the rest is installed into .venv from the locks.

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# What failed is written down beside, so that `make test` can give it a second go (tests/second_go.py says when).
FAILED := .pytest_cache/second-go
TRY := $(BIN)/python -m pytest -o cache_dir=$(FAILED)
CODE := bot handlers jobs tests $(wildcard bench)

.DEFAULT_GOAL := help
.PHONY: help demo tour test lint format types docs docs-check check bench lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.runtime ## start the bot against its sandbox and print the page's address; Ctrl-C ends it
	@exec $(BIN)/ledgerkeep demo $(ARGS)

tour: $(VENV)/.runtime ## the same sandbox, driven by a script that prints every message
	@exec $(BIN)/ledgerkeep demo --tour $(ARGS)

test: $(VENV)/.dev ## run the whole test suite (WORKERS=2 processes; ARGS=... goes to pytest); few failures get a second go
	@echo "Running every test under tests/: $$(ls -d tests/*/ | xargs -n 1 basename | grep -v __ | tr '\n' ' ')"
	@rm -rf $(FAILED)
	@$(TRY) -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS); code=$$?; \
	  if [ $$code -ne 1 ]; then exit $$code; fi; \
	  $(BIN)/python -m tests.second_go $(FAILED)/v/cache/lastfailed || exit 1; \
	  $(TRY) --last-failed --last-failed-no-failures none $(ARGS)

lint: $(VENV)/.dev ## style, formatting, and who may import whom
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev ## format the code and mend what can be mended safely
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/ruff check --fix $(CODE)

types: $(VENV)/.dev ## check types, strictly
	@$(BIN)/mypy

docs: $(VENV)/.runtime ## write the generated pages anew
	@$(BIN)/python -m bot.catalogue.page docs/coverage.md

docs-check: $(VENV)/.runtime ## fail when a generated page is stale
	@fresh=$$(mktemp) && $(BIN)/python -m bot.catalogue.page "$$fresh" && \
	  { cmp -s "$$fresh" docs/coverage.md || { rm -f "$$fresh"; \
	    echo "docs/coverage.md is stale: run 'make docs' and commit it."; exit 1; }; }; rm -f "$$fresh"

check: ## every gate, as CI runs it: lint, types, docs, tests
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory types
	@$(MAKE) --no-print-directory docs-check
	@$(MAKE) --no-print-directory test

bench: $(VENV)/.dev ## measure calls, time, memory, stored bytes; write docs/benchmarks.md anew
	@set -e; for each in compare backup minute growth "many 100" acknowledge clock digest "home 10" restore_plan report; do \
	  echo "== bench.$$each"; $(BIN)/python -m bench.$$each; done

lock: ## resolve the dependencies anew (needs uv), into both lock files
	uv pip compile --universal --generate-hashes --no-header --no-annotate --extra build \
	  pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-header --no-annotate --extra build --extra dev \
	  pyproject.toml -o requirements-dev.lock

clean: ## delete .venv and the tools' caches; never data/
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The stamps make sure that nothing is installed twice; the development set holds the runtime set.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.made
	@echo "Installing what Ledgerkeep needs into $(VENV) (once; a minute or so) …"
	@$(PIP) install -qq --require-hashes -r requirements.lock
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.made
	@echo "Installing what development needs into $(VENV) (once; a few minutes) …"
	@$(PIP) install -qq --require-hashes -r requirements-dev.lock
	@$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"; \
	  exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Ledgerkeep needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1)."; \
	  echo "Name another one: make PYTHON=python3.12"; exit 1; }
	@# DBOS takes unixepoch('subsec') for granted from Python 3.12 on; SQLite has it since 3.42 (sqlite.org/changes.html).
	@$(PYTHON) -c 'import sqlite3, sys; sys.exit(sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < (3, 42))' || { \
	  echo "'$(PYTHON)' is Python 3.12 or newer with an SQLite older than 3.42, which the job engine cannot use."; \
	  echo "Name another Python, for example: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@
