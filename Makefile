# make demo      digitize the samples and show where the results lie
# make accuracy  how right the samples are read
# make test      every check: style, types, layers, tests
# make bench     speed and memory, beside the plain pipeline
# All of them install what is missing on a bare Debian or Ubuntu machine.

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := tesseract-ocr tesseract-ocr-deu tesseract-ocr-fra tesseract-ocr-ita poppler-utils \
	python3-venv libgl1 libglib2.0-0 libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
BROWSER := chromium chromium-driver
TRACER := strace
TYPESCRIPT := node-typescript
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
PYTHON ?= python3
SAMPLES := $(wildcard $(addprefix samples/*.,pdf tif jpg png))

.PHONY: demo accuracy test bench install programs browser tracer typescript clean

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

install: programs $(VENV)/installed

$(VENV)/installed: pyproject.toml
	[ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
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
	rm -rf $(VENV) .demo build dist *.egg-info .*_cache .hypothesis
