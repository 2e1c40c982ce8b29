PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q install
CASE ?= examples/cases/dui-minor-dnp.json

.PHONY: help setup review test lint bench clean

help:  ## Show this help
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(VENV)/.base: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $(PYTHON) is older than Python 3.11; run make PYTHON=/path/to/python3.11"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing nolle into $(VENV) (once, about a minute) ..."
	@$(PIP) -e .
	@mkdir -p .cache/src && ln -sfn ../.. .cache/src/nolle
	@touch $@

$(VENV)/.dev: $(VENV)/.base
	@echo "Installing the development tools (once) ..."
	@$(PIP) -e '.[dev]'
	@touch $@

setup: $(VENV)/.dev  ## Create .venv with everything that development needs

review: $(VENV)/.base  ## Review a real case offline and show every step (CASE=FILE for your own)
	@$(BIN)/nolle review $(CASE)

test: $(VENV)/.dev  ## Run the tests
	@$(BIN)/pytest tests -n auto

lint: $(VENV)/.dev  ## Style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy -p nolle
	@$(BIN)/lint-imports

bench: $(VENV)/.dev  ## Measure; prints the figures that docs/benchmarks.md quotes
	@$(BIN)/python -m benchmarks.all

clean:  ## Remove the environment and caches
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
