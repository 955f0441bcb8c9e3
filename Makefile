# make demo      digitize the samples and show where the results lie
# make accuracy  how right the samples are read
# make test      every check: style, types, layers, tests
# make bench     speed and memory, beside the plain pipeline
# make audit     look up known vulnerabilities of what is installed (asks a database on the network)
# make sbom      list what digitize is made of: sbom.json, CycloneDX
# make lock      take newer versions of what is installed into the lock files
# All of them install what is missing on a bare Debian or Ubuntu machine.

VENV := .venv
BIN := $(VENV)/bin
# Versions and hashes of all packages. Where a registry lacks some of them: make LOCK= install
LOCK ?= requirements-test.lock
SUPPLY := .supply
PACKAGES := tesseract-ocr tesseract-ocr-deu tesseract-ocr-fra tesseract-ocr-ita poppler-utils \
	python3-venv libgl1 libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
BROWSER := chromium chromium-driver
TRACER := strace
TYPESCRIPT := node-typescript
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PYTHON ?= python3
QUIETLY := --quiet --disable-pip-version-check
TOOLS := 'uv>=0.5,<1' 'cyclonedx-bom>=5,<8' 'pip-audit>=2.7,<3'
SAMPLES := $(wildcard $(addprefix samples/*.,pdf tif jpg png))

.PHONY: demo accuracy test bench audit sbom lock install programs browser tracer typescript clean

# The samples are of a petition that ended on 20 January 2025.  Their files bear the day of the clone,
# by which every one of them would be late.
RECEIVED := 2025-01-17

demo: install
	rm -rf .demo
	$(BIN)/digitize run $(SAMPLES) --out .demo --received $(RECEIVED)
	@echo
	@echo "Look at .demo/rows.csv (one line per row), .demo/pages.csv (one per page), .demo/pages/ (pictures)."
	@echo "Or review them in the browser: $(BIN)/digitize serve .demo"

accuracy: install
	$(BIN)/digitize run $(SAMPLES) --out .demo
	$(BIN)/digitize score .demo/rows.csv samples/truth.csv

test: install browser tracer typescript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	tsc --project digitize/web
	$(BIN)/pytest --numprocesses auto --dist worksteal

bench: install
	$(BIN)/python -m tests.bench

audit: $(SUPPLY)/installed
	$(SUPPLY)/bin/pip-audit --require-hashes --disable-pip --requirement requirements.lock

# Of an environment with nothing but what digitize needs to run.
sbom: $(SUPPLY)/installed
	rm -rf $(SUPPLY)/run
	$(PYTHON) -m venv --without-pip $(SUPPLY)/run
	$(SUPPLY)/bin/python -m pip --python $(SUPPLY)/run install $(QUIETLY) --require-hashes --requirement requirements.lock
	$(SUPPLY)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-file sbom.json $(SUPPLY)/run

# For all systems and versions of Python that digitize runs on; without the address of any registry.
COMPILE := $(SUPPLY)/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command 'make lock' pyproject.toml

lock: $(SUPPLY)/installed
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --constraint requirements.lock --output-file requirements-test.lock

$(SUPPLY)/installed: pyproject.toml
	[ -x $(SUPPLY)/bin/python ] || $(PYTHON) -m venv $(SUPPLY)
	$(SUPPLY)/bin/python -m pip install $(QUIETLY) --upgrade 'pip>=22.3' $(TOOLS)
	@touch $@

install: programs $(VENV)/installed

$(VENV)/installed: pyproject.toml $(LOCK)
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
ifeq ($(LOCK),)
	$(BIN)/python -m pip install $(QUIETLY) --editable '.[test]'
else
	$(BIN)/python -m pip install $(QUIETLY) --require-hashes --requirement $(LOCK)
	$(BIN)/python -m pip install $(QUIETLY) --no-deps --no-build-isolation --editable .
endif
	@touch $@

# Nothing is asked of apt when everything is there: the checks run without rights and without network.
programs:
	@{ tesseract --list-langs && command -v pdftoppm && $(PYTHON) -c 'import ensurepip' \
	  && /sbin/ldconfig -p | grep libpangoft2-1.0.so.0 && /sbin/ldconfig -p | grep libharfbuzz-subset.so.0 \
	  && /sbin/ldconfig -p | grep libGL.so.1 && /sbin/ldconfig -p | grep libglib-2.0.so.0; } >.programs 2>&1 \
	  && [ "$$(grep -cxE 'deu|fra|ita|eng' .programs)" = 4 ]; found=$$?; rm -f .programs; \
	if [ $$found != 0 ]; then $(SUDO) apt-get update -qq \
	  && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES); fi

# Only the tests need it. Ubuntu calls the packages otherwise.
browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { $(SUDO) apt-get update -qq \
	  && { $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(BROWSER) \
	  || $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium-browser chromium-chromedriver; }; }

# Only the tests need it: it shows what a command asks of the network.
tracer:
	@command -v strace >/dev/null || { $(SUDO) apt-get update -qq \
	  && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(TRACER); }

# Only the tests need it: it checks the types of the scripts of the pages.
typescript:
	@command -v tsc >/dev/null || { $(SUDO) apt-get update -qq \
	  && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(TYPESCRIPT); }

clean:
	rm -rf $(VENV) $(SUPPLY) sbom.json .demo build dist *.egg-info .*_cache .hypothesis
