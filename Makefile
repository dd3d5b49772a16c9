# Every command of the project. Each one makes the environment it needs from the lock files first.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
PYTHON := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo demo-reset run check test soak bench docs lock offline texts screenshots clean

help: ## what each command does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: $(VENV)/demo ## a company, its mail world and Passerelle, all on this machine
	@$(PYTHON) -m passerelle.demo

demo-reset: $(VENV)/demo ## throw the demonstration's data away and start over
	@$(PYTHON) -m passerelle.demo --reset

run: $(VENV)/run ## the product on 127.0.0.1:8025
	@$(PYTHON) -m passerelle run

check: $(VENV)/dev ## format, lint, types, imports, unit tests (under 90 s)
	@$(PYTHON) -m tools.check

test: $(VENV)/dev ## everything, on SQLite and PostgreSQL, with real servers and a browser
	@$(PYTHON) -m tools.test

soak: $(VENV)/dev ## kills in their full counts, and 500 mailboxes while everything breaks (hours)
	@$(PYTHON) -m tools.test --soak

bench: $(VENV)/dev ## the figures of docs/performance.md, beside the peer tools
	@$(PYTHON) -m bench

docs: $(VENV)/dev ## the site of docs/ in both languages, in build/manual
	@$(PYTHON) -m tools.manual

lock: $(VENV)/dev ## write requirements/*.txt anew from their sources
	@$(PYTHON) -m tools.lock

offline: $(VENV)/dev ## one archive that installs on a machine without network
	@$(PYTHON) -m tools.bundle

texts: $(VENV)/dev ## collect the texts to translate, compile them, write the pages made of them
	@$(PYTHON) -m tools.texts update && $(PYTHON) -m tools.pages

screenshots: $(VENV)/demo $(VENV)/dev ## the pictures of README
	@$(PYTHON) -m tools.screenshots

clean: ## remove the environment and what it built
	rm -rf $(VENV) build .cache src/*.egg-info

# A stamp a lock file: the environment is made once, and again when the lock changes.
$(VENV)/bin/python:
	@python3 -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }

$(VENV)/run $(VENV)/demo $(VENV)/dev: $(VENV)/%: requirements/%.txt pyproject.toml | $(VENV)/bin/python
	@echo "Fetching Python packages into $(VENV), once: a minute or two"
	@$(PYTHON) -m pip install --quiet --require-hashes -r requirements/$*.txt
	@$(PYTHON) -m pip install --quiet --no-deps --no-build-isolation -e . 2>/dev/null || $(PYTHON) -m pip install --quiet --no-deps -e .
	@$(PYTHON) -m tools.texts compile
	@touch $@
