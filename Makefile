# Every habit of this project; `make help` lists them.
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)

BENCH_COMPANIES ?= 500000
BENCH_DATA ?= .bench

.DEFAULT_GOAL := help
.PHONY: help run test lint types openapi examples bench bench-reading lock clean setup

help: ## list the habits
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: $(STAMP) ## serve the API on http://127.0.0.1:8000 over an embedded PostgreSQL
	@exec $(BIN)/hearsay serve

test: $(STAMP) ## run the whole suite on real PostgreSQL
	$(BIN)/pytest -n 2

lint: $(STAMP) ## style and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(STAMP) ## mypy, strict
	$(BIN)/mypy

examples: $(STAMP) ## record the answers that openapi.json shows as examples
	$(BIN)/python -m tools.record_examples app/examples.json

openapi: $(STAMP) ## write openapi/openapi.json from the code
	$(BIN)/hearsay openapi --output openapi/openapi.json

bench: $(STAMP) ## peers and limits side by side, on BENCH_COMPANIES companies (takes long)
	@test -d $(BENCH_DATA)/large || $(BIN)/python -m benchmarks.generate \
		--companies $(BENCH_COMPANIES) --data-dir $(BENCH_DATA)/large
	@test -d $(BENCH_DATA)/small || $(BIN)/python -m benchmarks.generate \
		--companies 5000 --data-dir $(BENCH_DATA)/small
	-$(BIN)/python -m benchmarks.explain --data-dir $(BENCH_DATA)/large --plans
	$(BIN)/python -m benchmarks.ingest --rows 20000
	$(BIN)/python -m benchmarks.ratios --data-dir $(BENCH_DATA)/large \
		--small-data-dir $(BENCH_DATA)/small

bench-reading: $(STAMP) ## how well and how fast labelled articles are read (FILE=...)
	$(BIN)/python -m benchmarks.reading $(FILE)

lock: ## compile requirements.lock from pyproject.toml
	python3 -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--all-extras --no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		pyproject.toml -o requirements.lock

setup: $(STAMP) ## make .venv with everything in it

clean: ## remove .venv and caches
	rm -rf $(VENV) $(VENV)-lock .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): requirements.lock pyproject.toml
	@PYTHON=; for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
		if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			PYTHON=$$candidate; break; fi; done; \
	if [ -z "$$PYTHON" ]; then echo "Hearsay needs Python 3.11 or newer." >&2; exit 1; fi; \
	echo "Setting up $(VENV) with $$($$PYTHON --version) …"; \
	rm -rf $(VENV) && $$PYTHON -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
