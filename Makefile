# Everything a newcomer types. Each step leaves a stamp in .venv, so the second time is quick.

PYTHON ?= python3
PORT ?= 8000
PYTEST_ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

# The tests start the portal and its commands dozens of times; compiled once they start in half the time.
unexport PYTHONDONTWRITEBYTECODE

# The pages' parts come while Python's packages are being unpacked.
MAKEFLAGS += --jobs=2

# A step that was interrupted must not look done.
.DELETE_ON_ERROR:
.PHONY: help setup setup-test system system-test demo test bench lint lock clean
.DEFAULT_GOAL := help

help: ## Show this list
	@echo "geo_portal: citizens' complaints on the map, brought to the right department."
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1#\2/p' Makefile | column -t -s '#' 2>/dev/null \
		|| sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1: \2/p' Makefile

setup: system .venv/ready .venv/front-end ## Install what the portal needs (.venv/bin/geo-portal then works)
	@echo "Ready: $(BIN)/geo-portal --help shows what it can do."

demo: setup ## Open the portal with an invented city on http://localhost:8000 (PORT=… for another)
	@exec $(BIN)/geo-portal demo --port $(PORT)

test: setup-test ## Install what the tests need and run them all (PYTEST_ARGS="-k photo" for some)
	@echo "Running the tests …"
	@$(BIN)/python -m pytest -n 2 $(PYTEST_ARGS)

bench: setup-test ## Measure the portal on this machine
	@$(BIN)/python -m tests.benchmarks

lint: .venv/test ## Check form, types, floors and file sizes
	@echo "Checking form, types and floors …"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "Type «$(BIN)/ruff format»."; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@$(BIN)/python .ci/check-files

lock: .venv/test ## Write the lock files anew from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@echo "Locking Python packages …"
	@$(LOCK) $(UPGRADE) --extra setup --extra planners --extra embeddings --extra test --extra dev -o requirements-test.lock
	@$(LOCK) $(UPGRADE) --extra setup --extra planners -c requirements-test.lock -o requirements.lock
	@echo "Locking npm packages …"
	@npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --loglevel=error

clean: ## Remove what was installed and built here (never the portal's data in .geo-portal)
	@echo "Removing .venv, node_modules and what was built …"
	@rm -rf .venv node_modules geo_portal/web/static/vendor build dist *.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results

setup-test: system-test .venv/test .venv/front-end

# Looks every time, since it takes no time and a machine can lose what it had.
system:
	@.ci/system $(PYTHON)

system-test:
	@.ci/system $(PYTHON) test

.venv/python: | $(if $(filter test bench setup-test,$(MAKECMDGOALS)),system-test,system)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is `$(PYTHON) -V 2>&1`. Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@echo "Making a Python environment in .venv …"
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/ready: .venv/python requirements.lock pyproject.toml
	@echo "Installing the portal's Python packages …"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test: .venv/ready requirements-test.lock
	@echo "Installing the tests' Python packages …"
	@$(PIP) --require-hashes -r requirements-test.lock
	@touch $@

.venv/front-end: package-lock.json geo_portal/web/vendor.py .ci/front-end requirements-npm.lock | .venv/python
	@echo "Fetching maps, fonts and icons for the pages …"
	@.ci/front-end
	@touch $@
