# Satchel: everything a developer types. Needs make and Python 3.11 or newer; the rest goes into .venv.

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8090
DATABASE ?=
DATA ?= ./satchel_data
# How many processes the tests use: one more than a small machine has cores, because tests wait for servers and disks
# for half of their time.
TEST_PROCESSES ?= 3
PYTEST_ARGUMENTS ?=
# By way of the environment, so that a password with a $$ in it survives the shell.
export PORT DATABASE DATA
# Tests start many servers, and each would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# PYTHON may name an interpreter; else the newest that fits of the usual names is taken.
PYTHON ?=
PYTHON_NAMES := python3 python3.14 python3.13 python3.12 python3.11 python
FITS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.PHONY: help serve studio test test-all test-studio lint format types imports docs ci clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: $(VENV)/.ready ## Start the server: PORT=8090 DATABASE=postgresql://… DATA=./satchel_data
	@$(BIN)/python studio/build.py --if-older || echo "The APIs are served without the studio." >&2
	@[ -z "$$DATABASE" ] || set -- "$$DATABASE"; exec $(BIN)/satchel serve "$$@" --data "$$DATA" --port "$$PORT"

studio: $(VENV)/bin/python ## Build the studio where it is older than its source; brings Node along where there is none
	$(BIN)/python studio/build.py --if-older

test: $(VENV)/.ready-dev ## Run the tests; databases that can't be reached are skipped
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist worksteal $(PYTEST_ARGUMENTS)

test-all: $(VENV)/.ready-dev ## Run all tests, the heavy ones too
	$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist worksteal -m "" $(PYTEST_ARGUMENTS)

test-studio: $(VENV)/.ready-dev studio ## All journeys through the studio, in the system's Chromium
	$(BIN)/python -m pytest tests/studio -m "" -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder \
		$(PYTEST_ARGUMENTS)

lint: $(VENV)/.ready-dev ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.ready-dev ## Mend style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.ready-dev ## Check types
	$(BIN)/pyright

imports: $(VENV)/.ready-dev ## Check that rooms import only downward
	$(BIN)/lint-imports

docs: $(VENV)/.ready-dev ## Write the generated reference pages
	$(BIN)/python -m satchel.cli.reference docs/reference

ci: $(VENV)/.ready-dev ## Everything that must pass before a release
	.ci/run

clean: ## Remove what the other targets made
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .import_linter_cache tests/wire/node/node_modules studio/node_modules src/satchel/studio_dist

# The environment is made again when the list of dependencies changes. The package itself is linked, not copied, so
# that a changed file counts at once.
$(VENV)/.ready: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.ready-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.ready

$(VENV)/bin/python:
	@found=""; \
	for name in $(if $(PYTHON),$(PYTHON),$(PYTHON_NAMES)); do \
		if command -v "$$name" >/dev/null 2>&1 && "$$name" -c '$(FITS)' 2>/dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Satchel needs Python 3.11 or newer with venv and pip; looked for: $(if $(PYTHON),$(PYTHON),$(PYTHON_NAMES))." >&2; \
		echo "Install it (on Debian and Ubuntu: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$found ($$($$found -c 'import sys; print(sys.version.split()[0])'))"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); exit 1; }
