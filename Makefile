# One word per task. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
WORKERS ?= 2
export PORT
# Some machines forbid it: each of the many processes below would then compile every file anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-reset test check check-types check-all-else fix bench bench-many bench-feeds bench-answers bench-indicators bench-letters lock messages programs install

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

demo: install ## the whole of Jalon with its demo data, on PORT (8000); Ctrl-C stops it
	@exec env DEMO=1 $(BIN)/python manage.py demo --port $(PORT)

demo-reset: install ## the same, from fresh data
	@rm -f var/demo.sqlite3 var/demo.sqlite3-wal var/demo.sqlite3-shm var/demo.loading
	@exec env DEMO=1 $(BIN)/python manage.py demo --port $(PORT)

test: install ## every test; DATABASE_URL chooses the database
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

check: install ## what a reviewer should not have to say: style, types, layers, templates, migrations, texts
	@$(MAKE) --no-print-directory --jobs 2 --keep-going check-types check-all-else

check-types: install
	$(BIN)/mypy

check-all-else: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint backend journeys mentoring evaluation --lint --quiet
	$(BIN)/lint-imports --no-cache
	DEMO=1 $(BIN)/python manage.py check --fail-level WARNING
	DEMO=1 $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m backend.lib.catalogues check

fix: install ## put right what a tool can put right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## how long the main pages take, as ratios within one run
	@$(BIN)/python -m tests.bench

bench-many: install ## who needs me and the board at 10,000 journeys (DATABASE_URL names the server)
	@$(BIN)/python -m tests.bench.many

bench-feeds: install ## a calendar of 10,000 dates (DATABASE_URL names the server)
	@$(BIN)/python -m tests.bench.feeds

bench-answers: install ## 200 people at a time, 5,000 answers saved (DATABASE_URL names the server)
	@$(BIN)/python -m tests.bench.answering

bench-indicators: install ## the indicators at 100,000 journeys beside hand-written SQL (DATABASE_URL names the server)
	@$(BIN)/python -m tests.bench.indicators

bench-letters: install ## a journey of 10,000 letters, the weekly letters of 1,000 people (DATABASE_URL names the server)
	@$(BIN)/python -m tests.bench.letters

programs: ## calendar programs of others that the tests read our invites with, into var/ (needs npm)
	@mkdir -p var/programs && cp tests/programs/package.json tests/programs/package-lock.json var/programs/
	@npm ci --prefix var/programs --ignore-scripts --no-audit --no-fund --loglevel=error

messages: install ## add new texts to the French catalogues, and compile them
	@$(BIN)/python -m backend.lib.catalogues update
	@$(BIN)/python -m backend.lib.catalogues compile

lock: install ## write requirements.lock from pyproject.toml (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

# The virtual environment follows requirements.lock: installed again only when its content has changed. Each module is
# compiled when it is first read: of three in four nothing ever is.
install:
	@if ! cmp -s requirements.lock .venv/installed.lock; then \
	  command -v $(PYTHON) >/dev/null || { echo "Jalon needs Python 3.11 or newer: no $(PYTHON) here." >&2; exit 1; }; \
	  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Jalon needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12 …" >&2; exit 1; }; \
	  if [ ! -x $(BIN)/python ]; then \
	    $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	      echo "$(PYTHON) cannot make virtual environments. On Debian: apt-get install python3-venv" >&2; exit 1; }; \
	    $(PYTHON) -m venv .venv; \
	  fi; \
	  echo "Installing requirements.lock (the first time takes a minute)…"; \
	  $(BIN)/python -m pip install --no-compile --disable-pip-version-check --no-input -qq --require-hashes -r requirements.lock || exit 1; \
	  cp requirements.lock .venv/installed.lock; \
	fi
