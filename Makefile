# Two commands matter: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= sample
SERVE ?= 1
TESTS ?= tests

.DEFAULT_GOAL := help
.PHONY: reference pictures dbt-docs help env demo test test-spark field campaign mutants bench bench-truth profile browser lrs oidc office lint format lock

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 16

env: $(VENV)/.complete ## make .venv, and name what is missing

$(VENV)/.complete: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Tandem needs Python 3.11 or newer: install python3 (Debian: apt-get install python3 python3-venv)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: apt-get install git"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: env ## land, build, compare, check, publish, open the dashboard (DATA=oulad for real data, SERVE=0 to stop there)
	$(BIN)/tandem demo --data $(DATA) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: env browser lrs oidc office ## everything that the tests need, then all tests in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=20 $(TESTS)

test-spark: .venv-spark/.complete ## the models on a Spark cluster of three processes on loopback, compared with DuckDB's
	.venv-spark/bin/python -m pytest -q -s tests/spark/lane.py

# Apart from .venv: Spark is half a gigabyte that only clusters need.
.venv-spark/.complete: requirements-spark.lock pyproject.toml
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-spark.lock
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

field: env ## the inputs made after public reports of faults (FIELD_CASES=DIR for other inputs of the same cases)
	$(BIN)/python -m pytest tests/field

campaign: env ## build the marts in a hundred orders of arrival and a hundred batches: hours
	TANDEM_SHUFFLES=100 TANDEM_HISTORIES=13 $(BIN)/python -m pytest -q \
		tests/models/test_order_of_arrival.py tests/models/test_increments.py

mutants: env ## change the code where it has to be exact and count what no test notices: up to three hours
	$(BIN)/python -m tests.mutation $(MUTANTS)

bench: env ## all benchmarks, or the pipeline alone at one size: SCALE=1m or 10m (BENCH_BUILDS="--before FOLDER")
ifdef SCALE
	$(BIN)/python -m bench.scale $(SCALE)
else
	$(BIN)/python -m bench.scale 1m
	$(BIN)/python -m bench.builds $(BENCH_BUILDS)
	$(BIN)/python -m bench.landing
	$(BIN)/python -m bench.live
	$(BIN)/python -m bench.comparing
	$(BIN)/python -m bench.pages
	$(BIN)/python -m bench.reruns
	$(BIN)/python -m bench.review
endif

bench-truth: env ## how often intervals hold the truth, once and in eight looks (TRUTH="--draws 20000")
	$(BIN)/python -m bench.truth $(TRUTH)

profile: env ## the dearest models of a build, and its scans of statements (HOME_DIR=a built home; default a new sample)
	$(BIN)/python -m bench.profile $(HOME_DIR)

reference: env ## write the pages of docs/ that follow from the registry, the contracts and the declarations
	$(BIN)/python -m tandem.cli.reference_pages

pictures: browser ## a picture of each page in docs/pictures, of what TANDEM_HOME has published
	$(BIN)/python -m tests.dashboards.pictures

dbt-docs: env ## dbt's pages about all models and their lineage, as one file (needs a built home)
	$(BIN)/python -m tandem.cli.dbt_pages

browser: env
	@$(BIN)/python tests/browser_install.py

lrs: env
	@$(BIN)/python tests/lrs_install.py

oidc: env
	@$(BIN)/python tests/oidc_install.py

office: env
	@$(BIN)/python tests/office_install.py

lint: env ## ruff and sqlfluff
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models tests/models

format: env ## let ruff and sqlfluff fix what they can
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .
	$(BIN)/sqlfluff fix models tests/models

lock: ## write requirements.lock and requirements-spark.lock anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --group spark --extra spark --universal \
		--python-version 3.11 --constraint requirements.lock --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file requirements-spark.lock
