# What a developer types. Everything is built on demand in .venv from the hash-pinned lock.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
LANGUAGES := -l es -l ar -l zh_Hans
# The suites that are apart because they need more than Python.
APART := --ignore tests/browser --ignore tests/corpora --ignore tests/serving
SCALE ?= /var/tmp/newsroom-scale

.PHONY: run serve test test-whole-site test-browser test-corpora test-postgres test-serving bench bench-discussion bench-freshness bench-newsroom bench-search bench-spam lint format messages lock clean

run: $(VENV)/runtime  ## migrate, load the sample newsroom on the first start, serve
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py load_sample --if-empty
	@$(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

serve: $(VENV)/runtime  ## the production server; needs the settings of docs/operators.md
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(BIN)/python manage.py serve

test: $(VENV)/dev  ## the fast suite
	$(BIN)/python -m pytest tests $(APART) --ignore tests/whole_site -n auto

test-whole-site: $(VENV)/dev  ## every page, role and state: the sample crawled, kept pages compared
	$(BIN)/python -m pytest tests/whole_site -n auto

test-browser: $(VENV)/dev  ## the site in a real Chromium
	$(BIN)/python -m pytest tests/browser -n auto --dist worksteal --durations 20

test-corpora: $(VENV)/dev  ## files and strings that break software, from ../shared
	$(BIN)/python -m pytest tests/corpora -n auto

test-postgres: $(VENV)/dev  ## the fast and the whole-site suite on PostgreSQL, in a server of its own
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest tests $(APART) -n auto

test-serving: $(VENV)/dev  ## several processes: the production server behind nginx, attacked, killed and renewed
	$(BIN)/python -m pytest tests/serving

bench: $(VENV)/dev  ## how fast readers are served, beside nginx (apt: nginx openssl wrk postgresql)
	SCALE=$(SCALE) $(BIN)/python -m benchmarks.serving

bench-search: $(VENV)/dev  ## what searches cost on both databases
	$(BIN)/python benchmarks/search.py
	$(BIN)/python -m tests.postgres $(BIN)/python benchmarks/search.py

bench-freshness: $(VENV)/dev  ## does anybody ever see an old page? a million reads each time
	$(BIN)/python -m benchmarks.freshness --reads 1000000 --pause 2
	$(BIN)/python -m benchmarks.freshness --reads 60000 --blind
	$(BIN)/python -m tests.postgres $(BIN)/python -m benchmarks.freshness --reads 1000000 --pause 2
	$(BIN)/python -m tests.postgres $(BIN)/python -m benchmarks.freshness --reads 1000000 --servers 2 --pause 2

bench-spam: $(VENV)/dev  ## what the learning filter catches, on comments from ../shared
	$(BIN)/python -m benchmarks.spam

lint: $(VENV)/dev  ## what CI checks besides the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=false SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	  ALLOWED_HOSTS=news.example.org SITE_URL=https://news.example.org EMAIL_URL=dummymail:// \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

bench-discussion: $(VENV)/dev  ## the discussion at a million comments; keeps its data in SCALE
	mkdir -p $(SCALE)
	DATABASE_URL=sqlite:///$(SCALE)/newsroom.sqlite3 $(BIN)/python -m benchmarks.discussion
	$(BIN)/python -m tests.postgres --keep $(SCALE)/postgres $(BIN)/python -m benchmarks.discussion

bench-newsroom: $(VENV)/dev  ## dashboard, lists and form of the newsroom, small and large; keeps its data in SCALE
	mkdir -p $(SCALE)
	for size in 100 100000; do \
	  MEDIA_ROOT=$(SCALE)/media DATABASE_URL=sqlite:///$(SCALE)/newsroom$${size#100000}.sqlite3 $(BIN)/python -m benchmarks.newsroom $$size && \
	  MEDIA_ROOT=$(SCALE)/media $(BIN)/python -m tests.postgres --keep $(SCALE)/postgres$${size#100000} $(BIN)/python -m benchmarks.newsroom $$size || exit 1; \
	done

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/dev  ## bring the translations in locale/ up to the code (apt: gettext)
	$(BIN)/python manage.py makemessages $(LANGUAGES) --ignore .venv --add-location file --no-wrap --no-obsolete
	$(BIN)/python manage.py compilemessages $(LANGUAGES)

LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
  --no-emit-index-url --no-emit-find-links --quiet

lock:  ## rewrite the hash-pinned requirements from pyproject.toml (needs uv)
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra postgres --extra redis --extra s3 --output-file requirements-production.txt
	$(LOCK) --all-extras --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache staticfiles

$(VENV)/runtime: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Newsroom needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/dev: requirements-dev.txt $(VENV)/runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@
