# Works with GNU make 3.81 and later. Settings (RELAIS_PORT, RELAIS_VAR, DATABASE_URL, …) are read from the environment.
SHELL := /bin/sh
BIN := .venv/bin
PY := $(BIN)/python
SUITABLE := import sys; sys.exit(sys.version_info < (3, 11))
# How many test processes run side by side, each with a PostgreSQL and a Redis of its own.
TESTERS ?= $(shell "$(PYTHON)" -c 'import os; print(os.cpu_count() + 1)' 2>/dev/null || echo 2)
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(SUITABLE)' >/dev/null 2>&1 && { echo "$$p"; break; }; done)
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-virtualenv --require-hashes
PYBABEL := $(PY) -m babel.messages.frontend --quiet
CATALOGUES := $(wildcard advocacy/translations/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

.PHONY: help setup setup-run run test coverage chaos bench lint types format translations vendor clean reset
.DEFAULT_GOAL := help

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: setup-run ## Start Relais with its own PostgreSQL and Redis, the demo and a sandbox network (Ctrl-C stops it)
	@exec $(PY) -m advocacy.launch

test: setup ## Check everything: style, types, imports, then all tests
	@$(PY) tests/chromium.py
	@echo "Style …"
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet . || { echo "Some files are not formatted: run make format." >&2; exit 1; }
	@echo "Types …"
	@$(PY) -m mypy
	@echo "Imports …"
	@$(BIN)/lint-imports
	@echo "Tests (several minutes) …"
	@exec $(PY) -m pytest -n $(TESTERS)

coverage: setup ## Run all tests and say which lines none of them reaches
	@$(PY) -m pytest -n $(TESTERS) --cov=advocacy --cov=config --cov-report=term-missing:skip-covered

setup: .venv/test.stamp $(COMPILED) ## Create .venv with everything that running and testing need

setup-run: .venv/run.stamp $(COMPILED)

chaos: setup ## Send 10,000 shares while workers, Redis and PostgreSQL die, then compare (minutes; CHAOS="--shares 1000")
	@exec $(PY) -m tests.chaos $(CHAOS)

bench: setup-run ## Measure how fast it is, beside limits of the same minute (about 10 minutes; BENCH="--growth" for more)
	@$(PY) -m benchmarks.wrk
	@exec $(PY) -m benchmarks $(BENCH)

lint: setup ## Check style and imports
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(BIN)/lint-imports

types: setup ## Check types
	@$(PY) -m mypy

format: setup ## Format the code and mend what can be mended
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .

translations: setup ## Collect what is to be translated, bring the catalogues up to date, compile them
	@$(PYBABEL) extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output -o .venv/messages.pot .
	@$(PYBABEL) update -i .venv/messages.pot -d advocacy/translations --no-fuzzy-matching --ignore-pot-creation-date
	@$(PYBABEL) compile -d advocacy/translations

vendor: .venv/run.stamp ## Copy the front-end libraries from their npm packages anew (needs npm)
	@npm ci --ignore-scripts --silent
	@$(PY) static/vendor/refresh.py

clean: ## Remove .venv and all caches; the data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

reset: setup-run ## Remove all data: the folder var
	@$(PY) -m advocacy.launch.reset

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Relais needs Python 3.11 or later: install it, or name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Creating .venv with $(PYTHON) …"
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 \
			&& echo "Installing the package python3-venv …" \
			&& apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq python3-venv >/dev/null 2>&1 \
			&& "$(PYTHON)" -c 'import ensurepip' 2>/dev/null; } \
		|| { echo "Python's venv is not complete here: install it (on Debian and Ubuntu: sudo apt install python3-venv)." >&2; exit 1; }
	@"$(PYTHON)" -m venv --clear .venv || { rm -rf .venv; exit 1; }

.venv/run.stamp: requirements.lock | .venv/bin/python
	@echo "Installing what Relais needs (about a minute the first time) …"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/test.stamp: requirements-dev.lock | .venv/bin/python
	@echo "Installing what Relais and its tests need (about a minute the first time) …"
	@$(PIP) -r requirements-dev.lock
	@touch .venv/run.stamp $@

%.mo: %.po | .venv/run.stamp
	@$(PYBABEL) compile -i $< -o $@
