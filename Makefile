# Every target makes what it needs. Only Python 3.11+, git and make must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test lint bench clean help screenshot

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) tools/bootstrap.py $(VENV)
	@touch $(READY)

demo: $(READY) ## grade a real submission and show the report
	@$(PYTHON) tools/demo.py $(BIN)/flaskgrade

test: $(READY) ## run the tests
	$(BIN)/pytest

lint: $(READY) ## ruff and mypy, strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## measure speed as ratios, in one run
	$(BIN)/python benchmarks/run.py

clean: ## remove the virtual environment and what tools left
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
