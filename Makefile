.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
MEMBERS := libs/contracts libs/backbone $(wildcard services/*) demo deploy/local verification

help: ## Show what one can do here
	@awk 'BEGIN {FS = ":.*## "} /^[a-z%-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Start everything, load a small real story, stay until Ctrl-C
	@$(BIN)/python -m envol_local run

demo: setup ## The same in a place of its own: check the story's figures, reconcile, stop
	@$(BIN)/python -m envol_local demo

history: setup ## Load the programme's whole history (a stack of its own), check figures, rebuild, reconcile; stop, or STAY=1
	@$(BIN)/python -m envol_local history $(if $(STAY),--stay)

round: setup ## A round of the history's 6,000 youths of one year (a stack of its own): report, reasons, proof checked; stop
	@$(BIN)/python -m envol_local round

reconcile: setup ## Compare the databases of the four services row by row; exit 1 if they differ
	@$(BIN)/python -m envol_local reconcile

down: setup ## Stop what `make run` started
	@$(BIN)/python -m envol_local down

reset: setup ## Stop it and delete its data
	@$(BIN)/python -m envol_local reset

test: setup ## Every test, on real servers: two at a time, a file of tests by one
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-%: setup ## One member's tests, e.g. make test-matching
	@$(BIN)/python -m pytest $(wildcard services/$* libs/$* deploy/$* $*)

model: setup ## Random lives through all services: a long run, then seeded defects, all to be detected
	@$(BIN)/python -m tests.model --seconds $(or $(SECONDS),300)

check: setup ## Format, lint, types, architecture, contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m contracts schemas --check
	$(BIN)/python -m contracts compatible

snapshots: setup ## Accept what others can see: documents, tables, metrics, events of logs…
	@$(BIN)/python -m contracts schemas
	@$(BIN)/python -m tests.snapshots

bench: setup ## Speed as ratios to baselines measured in the same run
	@$(BIN)/python -m bench

setup: .venv/ready ## Install everything into .venv from the hashed lock

.venv/ready: requirements.lock $(MEMBERS:%=%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Envol needs Python 3.11 or newer: make PYTHON=python3.12 run")'
	@echo "Installing into .venv (a minute, once)"
	@test -d .venv || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index $(MEMBERS:%=-e ./%)
	@touch $@

lock: ## Resolve requirements.lock anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --no-emit-package envol-contracts --no-emit-package envol-backbone \
	  --extra testing --group dev $(MEMBERS:%=%/pyproject.toml) --quiet -o requirements.lock

.PHONY: help run demo history round reconcile down reset test model check snapshots bench setup lock
