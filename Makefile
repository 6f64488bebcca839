# The two commands to know are `make run` and `make test`; `make help` lists all.

PYTHON3 ?= python3
PYTHON := .venv/bin/python
BIN := .venv/bin
TEMPLATES = $(shell find templates -name '*.html')

.PHONY: help run test check check-format check-lint check-imports check-types check-templates format prove bench bench-publish bench-records bench-credentials bench-analysis bench-signing bench-printing bench-package bench-people bench-packs bench-import shots editors-pictures lock messages clean environment test-environment

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

run: environment ## set up what is missing and serve the demo at 127.0.0.1:8000 (PORT= changes it) until Ctrl-C
	@exec $(PYTHON) tools/serve.py

test: test-environment ## set up and run the whole suite, on PostgreSQL with Redis and on SQLite
	@exec $(PYTHON) -m tools.suite

check: check-format check-lint check-imports check-types check-templates ## all five; `make -k check` goes on after a fault

check-format: test-environment
	$(BIN)/ruff format --check .

check-lint: test-environment
	$(BIN)/ruff check .

check-imports: test-environment
	$(BIN)/lint-imports --no-logo

check-types: test-environment
	PORTAL_MODE=test $(BIN)/mypy .

check-templates: test-environment
	@$(BIN)/djhtml --check --tabwidth 2 $(TEMPLATES)
	$(BIN)/djlint --lint --quiet templates

format: test-environment ## put Python and templates into the house's form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djhtml --tabwidth 2 $(TEMPLATES)

prove: test-environment ## the proofs at full size, one line a figure
	$(BIN)/pytest -m full

bench: test-environment ## measure the pages against a control view in the same rounds
	$(PYTHON) bench/run.py

bench-publish: test-environment ## measure publishing with 10 and 100,000 enrolments, and its follow-up
	$(PYTHON) bench/publishing.py

bench-records: test-environment ## measure check_records over a million responses
	$(PYTHON) bench/records.py

shots: test-environment ## a picture of every screen, width and mode in var/shots (ONLY="course result", QUICK=1, README=1)
	$(PYTHON) -m tools.shots $(ONLY) $(if $(QUICK),--quick) $(if $(README),--readme)

editors-pictures: test-environment ## follow the guides of docs/editors/ in the browser, and keep the pictures of it beside them
	rm -rf var/editors-pictures
	$(BIN)/pytest -q tests/journeys/test_editors_docs.py tests/journeys/test_case_study.py
	mkdir -p docs/editors/pictures
	rm -f docs/editors/pictures/*.png
	cp var/editors-pictures/*.png docs/editors/pictures/

bench-credentials: test-environment ## measure issuing 1,000 certificates
	$(PYTHON) bench/credentials.py

bench-analysis: test-environment ## measure the analysis of a quiz with 10,000 attempts
	$(PYTHON) bench/analysis.py

bench-signing: test-environment ## measure signing 1,000 badges and a status list of a million entries
	$(PYTHON) bench/signing.py

bench-printing: test-environment ## measure the printing of certificates of one sheet and of two
	$(PYTHON) bench/credentials_pdf.py

bench-package: test-environment ## measure the export of a course of 500 steps
	$(PYTHON) bench/package.py

bench-packs: test-environment ## measure the evidence pack of 100,000 enrolments (ENROLMENTS=)
	$(PYTHON) bench/evidence.py

bench-import: test-environment ## measure the import of 5,000 people
	$(PYTHON) bench/importing.py

bench-people: test-environment ## measure the lists and files of a manager with 10,000 enrolments
	$(PYTHON) bench/people.py

lock: test-environment ## pin the requirements anew, hashed, without addresses
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --upgrade --quiet --python-version 3.11 requirements.in -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --upgrade --quiet --python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt

messages: test-environment ## collect the interface's texts for translators
	PORTAL_MODE=test $(PYTHON) manage.py makemessages --all --no-obsolete --no-wrap --add-location=file --ignore=node_modules --ignore=.venv --ignore=var --ignore=tests

clean: ## remove what the demo wrote: database, media, mail, logs
	rm -rf var

environment:
	@$(PYTHON3) tools/environment.py run

test-environment:
	@$(PYTHON3) tools/environment.py test
