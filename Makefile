# houxu: `make demo` and `make test` set everything up by themselves; both need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
STAMP := $(VENV)/.installed
UV_VERSION := 0.13.9

.PHONY: demo test test-extras system-packages check bench night docs clean

demo: $(STAMP)-core
	$(BIN)/houxu demo

test: $(STAMP)-dev
	$(BIN)/python -m pytest

# The tests that skip without an extra or a Debian package, with both installed. Spark needs a Java 17 as well.
test-extras: $(STAMP)-extras
	$(BIN)/python -m pytest -rs tests/spark tests/exporting tests/browser tests/screenshots tests/crawler/test_crawler_queue.py

# What those tests use beside Python: a browser, a Chinese font, a Redis. Needs root and Debian.
system-packages:
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends chromium fonts-wqy-zenhei redis-server

check: $(STAMP)-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)-dev
	$(BIN)/python -m benchmarks

night: $(STAMP)-core
	$(BIN)/houxu nightly

docs: $(STAMP)-dev
	$(BIN)/python -m pipeline.manual

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(UV): $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $(UV)

$(STAMP)-core: $(UV) pyproject.toml constraints.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[desk,ocr]'
	@touch $@

$(STAMP)-extras: $(STAMP)-dev
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[analyst,desk,learn,ocr,queue,spark]'
	@touch $@

$(STAMP)-dev: $(UV) pyproject.toml constraints.txt
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[desk,learn,ocr]' --group dev
	@touch $@ $(STAMP)-core

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
