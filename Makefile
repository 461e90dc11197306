# Everything starts here. Each target does its own set-up; a second call starts at once.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
MUTMUT := .venv-mutants

.PHONY: report test lab notebooks messages lock audit lint soak bench bench-short mutants clean

report: $(READY)  ## the report for Pati
	@$(BIN)/ucj report $(AGAIN)

test: $(READY) lint  ## everything CI runs
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder --mpl -m "not soak and not bench"
	@$(BIN)/python -m pytest -n 2 --dist loadscope --nbval --no-header notebooks

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/mypy

lab: $(READY)  ## open JupyterLab
	@$(BIN)/jupyter lab notebooks

notebooks: $(READY)  ## run the notebooks and keep their outputs, the example report and the README picture
	@$(BIN)/python -m ucj_analysis.publishing.refresh

messages: $(READY)  ## collect the words from the code into the catalogue, and compile it
	@$(BIN)/pybabel -q extract -F babel.cfg -k N_ -k t -k many:1,2 --no-location --sort-output --omit-header -o ucj_analysis/locale/ucj.pot .
	@$(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete -D ucj -i ucj_analysis/locale/ucj.pot -d ucj_analysis/locale
	@$(BIN)/pybabel -q compile -D ucj -d ucj_analysis/locale

lock: $(READY)  ## pin every dependency, with hashes, for every platform
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev --no-header pyproject.toml -o requirements.lock

audit:  ## known weaknesses of what the lock pins, in an environment of its own; needs network
	@$(PYTHON) -m venv --clear build/audit
	@build/audit/bin/python -m pip install --quiet pip-audit
	@build/audit/bin/pip-audit --strict -r requirements.lock --require-hashes --disable-pip

soak: $(READY)  ## long proofs
	@$(BIN)/python -m pytest -m soak

bench: $(READY)  ## ratios, measured in one run, and the page that tells them
	@$(BIN)/python -m pytest -m bench -s tests/benchmarks
	@$(BIN)/python -m tests.benchmarks.page

bench-short: $(READY)  ## published accuracy worked out again; a change that is meant: make bench-short RENEW=1
	@$(BIN)/python -m pytest -m bench tests/benchmarks/test_accuracy.py

mutants: $(MUTMUT)/.ready  ## faults put into seven modules one by one, how many the tests notice, and the page that tells it
	@rm -rf mutants
	@$(MUTMUT)/bin/mutmut run
	@$(MUTMUT)/bin/python -m tests.mutants.page

$(MUTMUT)/.ready: requirements.lock tests/mutants/mutmut.txt
	@echo "Setting up $(MUTMUT); this takes a minute or two, once."
	@$(PYTHON) -m venv --clear $(MUTMUT)
	@$(MUTMUT)/bin/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(MUTMUT)/bin/python -m pip install --quiet --no-deps -r tests/mutants/mutmut.txt
	@$(MUTMUT)/bin/python -m compileall -q -j 0 $(MUTMUT)/lib || true
	@touch $@

clean:
	rm -rf $(VENV) .venv-rivals $(MUTMUT) mutants build dist

# pip may leave packages without bytecode where PYTHONDONTWRITEBYTECODE is set; then every import costs seconds.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "ucj_analysis needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV); this takes a minute or two, once."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib ucj_analysis || true
	@touch $@
