# Every target makes what it needs. Only Python 3.11+, git and make must be there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo examples test exercises attacks fuzz lint bench clean help

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) tools/bootstrap.py $(VENV)
	@touch $(READY)

demo: $(READY) ## grade a real submission and show the report
	@$(PYTHON) tools/demo.py $(BIN)/flaskgrade

examples: $(READY) ## grade the demo's submission again and write examples/reports anew
	$(BIN)/python tools/examples.py

# The attacks wait more than they work: all hosts at once, each in one process. With HOSTS=all those
# on the reading are graded on every host, too.
HOSTS ?= some
HOSTILE := rm -rf .attacks && mkdir .attacks && $(BIN)/python -m compileall -q src && \
	FLASKGRADE_ATTACK_HOSTS=$(HOSTS) FLASKGRADE_ATTACK_NOTES=$(CURDIR)/.attacks $(BIN)/pytest -n 3 --dist loadgroup tests/hostile

test: $(READY) ## run the tests, then the attacks (40 minutes on two cores)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore=tests/hostile
	$(HOSTILE)
	$(PYTHON) tools/attack_table.py .attacks docs/attacks.md --check

exercises: $(READY) ## prove every exercise whole: all variants, ten orders of the hidden tests
	FLASKGRADE_EXERCISES=all $(BIN)/pytest -n 2 --timeout=0 tests/exercises

attacks: $(READY) ## run the attacks alone (HOSTS=all: each on every host), and write docs/attacks.md anew
	$(HOSTILE)
	$(PYTHON) tools/attack_table.py .attacks docs/attacks.md

CASES ?= 9000

fuzz: $(READY) ## fuzz all that reads foreign data, CASES cases a cheap property
	FLASKGRADE_FUZZ_CASES=$(CASES) $(BIN)/pytest -n 2 --timeout=0 tests/fuzz

lint: $(READY) ## ruff and mypy, strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## measure speed as ratios, in one run
	$(BIN)/python benchmarks/run.py

clean: ## remove the virtual environment and what tools left
	rm -rf $(VENV) .attacks .mypy_cache .ruff_cache .pytest_cache
