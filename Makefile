# Every target makes its own virtual environment, .venv, from the hashed lock; nothing else has to be there
# than make and a Python >= 3.11.

CANDIDATES := python3.13 python3.12 python3.11 python3
RUNS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
# A name on the PATH may not run (pyenv has such): the first that does is taken. PYTHON=… chooses another.
PYTHON ?= $(firstword $(foreach name,$(CANDIDATES),$(shell $(name) -c '$(RUNS)' >/dev/null 2>&1 && echo $(name))))

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip --disable-pip-version-check install --quiet
COMPILE = $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet $(UPGRADE) --extra build
UV ?= .venv-lock/bin/uv
UPGRADE ?=

# One thread: the figures of peers depend on how many there are, and two cores are for two test processes.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
# Memory that is freed stays for the next step, as in solver processes (app/solving/worker.py).
export MALLOC_MMAP_THRESHOLD_ := 33554432
export MALLOC_TRIM_THRESHOLD_ := 67108864
export MALLOC_ARENA_MAX := 1
# Processes that tests start find the modules compiled.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve test deep browser screenshots bench lint lock clean
.DELETE_ON_ERROR:

help: ## Say what there is to make.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 8

demo: .venv/.project ## Start the service for a moment, make plans with it and show them.
	$(BIN)/headrace demo

serve: .venv/.project ## Serve HTTP on SQLite in this folder; settings are in docs/operating.md.
	$(BIN)/headrace serve

test: lint ## All checks, and every test that is not marked deep.
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --durations 15 -m "not deep"

deep: .venv/.test ## Every test, and many more examples of each property.
	HYPOTHESIS_PROFILE=deep $(BIN)/python -m pytest -q -n 2 --dist worksteal --durations 15

browser: ## Install Debian's Chromium, with which pages are tested and photographed.
	apt-get update -qq && apt-get install -y -qq chromium

screenshots: .venv/.test ## Photograph every page into docs/screenshots.
	$(BIN)/python -m tests.browser.screenshots

bench: .venv/.bench ## Headrace beside its peers and a floor, in one run; docs/performance.md tells how to read it.
	$(BIN)/python -m benchmarks.run

lint: .venv/.test ## Style, types, and which room imports which.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: ## Write the locks from pyproject.toml; UPGRADE=--upgrade moves every pin to its newest release.
	@test -x "$(UV)" || command -v "$(UV)" >/dev/null || $(MAKE) .venv-lock/bin/uv
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra dev --constraint requirements.lock -o requirements-dev.lock
	$(COMPILE) --extra dev --extra peers --constraint requirements-dev.lock -o requirements-bench.lock

clean: ## Remove what was made.
	rm -rf .venv .venv-lock build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# A lock that changed makes the environment new, so that nothing is left in it from before.
.venv/.base: requirements.lock requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "no Python >= 3.11 that runs; name one: make PYTHON=…" >&2; exit 1; }
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@touch $@

.venv/.project: pyproject.toml .venv/.base
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.project
	@test -e $@ || $(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.bench: .venv/.test requirements-bench.lock
	$(INSTALL) --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

.venv-lock/bin/uv:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip --disable-pip-version-check install --quiet uv
