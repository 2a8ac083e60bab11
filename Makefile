# Only Python 3.11 or newer is needed beforehand; every target makes or refreshes the environment in .venv by itself.

PORT ?= 8000
DATA ?= ./data
ARGS ?=
PYTHON ?= python3.13 python3.12 python3.11 python3

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WITNESS := aics-witness==0.1.0 aics-tlog==0.2.1
PYTEST := $(BIN)/python -m pytest
USABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test soak check lint types imports format bench screenshots

help: ## show this list
	@awk -F ':[^#]*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Settings: PORT=$(PORT) DATA=$(DATA) (run), ARGS='-k word' (test, soak, bench), PYTHON=/path/to/python3"

run: $(READY) ## serve the example story on 127.0.0.1:PORT from the folder DATA, until Ctrl-C
	@exec $(BIN)/stemma demo --port "$(PORT)" --data "$(DATA)"

test: $(READY) ## run all tests but the long ones (some ten minutes on two cores)
	$(PYTEST) -m "not soak" -n 2 --dist worksteal $(ARGS)

soak: $(READY) ## run the long tests: kills, load, walks and whole histories, two at a time
	$(PYTEST) -m soak -n 2 --dist worksteal $(ARGS)

check: lint types imports test soak ## everything that CI runs

lint: $(READY) ## check style and formatting
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check

types: $(READY) ## check types
	$(BIN)/python -m mypy

imports: $(READY) ## check who imports whom
	$(BIN)/lint-imports --no-logo

format: $(READY) ## format the code and apply the safe fixes
	$(BIN)/python -m ruff check --fix-only
	$(BIN)/python -m ruff format

bench: $(READY) ## measure, beside the programs that we compare with
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: $(READY) ## take pictures of every kind of page into ./screenshots (needs Chromium)
	$(BIN)/python -m tests.browser.pictures

$(READY): pyproject.toml constraints.txt
	@if ! $(BIN)/python -c '$(USABLE)' 2>/dev/null; then \
		found=; for candidate in $(PYTHON); do \
			if "$$candidate" -c '$(USABLE)' 2>/dev/null; then found="$$candidate"; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "Python 3.11 or newer with its venv module is needed (on Debian: python3-venv); tried: $(PYTHON)." >&2; \
			echo "Name another one with: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
			exit 1; \
		fi; \
		"$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing into $(VENV) (again only when pyproject.toml or constraints.txt change) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@# It asks for Python 3.12 and runs on 3.11; without it one file of tests is left out, except under CI=true.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --ignore-requires-python $(WITNESS) || true
	@touch $@
