# make demo: the main job on the examples.  make test: lint, types, tests.  make docs: the documentation, offline.
# Each sets everything up first.
PYTHON ?= $(shell for p in python3 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && echo $$p && exit; done)
VENV := .venv
BIN := $(VENV)/bin
DEMO_WORKSPACE ?= .exominer/demo

.PHONY: install demo test lint docs clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 was not found - install one, or run: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install
	$(BIN)/exominer --workspace $(DEMO_WORKSPACE) ingest examples
	$(BIN)/exominer --workspace $(DEMO_WORKSPACE) query headline
	$(BIN)/exominer --workspace $(DEMO_WORKSPACE) graph stop
	@echo "To explore it in a browser: $(BIN)/exominer --workspace $(DEMO_WORKSPACE) serve --open"

test: install lint
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: install
	$(BIN)/sphinx-build -q -W -j auto docs docs/build
	@echo "open docs/build/index.html"

clean:
	rm -rf $(VENV) .exominer docs/build
