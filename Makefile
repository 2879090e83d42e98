# One door to everything. `make` lists the targets; each calls a tool, so nobody needs to know the tools.
# ARGS goes to the tool: make test ARGS="-k isolate tests/services"

BIN := .venv/bin
READY := .venv/.ready
ARGS ?=
# The tests start hundreds of interpreters; without its byte code each would compile all of ours again.
export PYTHONDONTWRITEBYTECODE :=
MEASUREMENTS := $(patsubst bench/%.py,%,$(wildcard bench/*.py))

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format-check lint types imports packs pack-check pictures fix bench conformance evidence-cases public-content promises-with-base docs new-builtin new-command new-transformer new-endpoint new-operation new-use-case new-page promises clean

help:  ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## make .venv with the pinned versions (done by every other target when it is due)

$(READY): pyproject.toml constraints.txt scripts/make-environment
	@scripts/make-environment
	@touch $@

demo: $(READY)  ## a Vision One twin, warroom and one attack, until the evidence is in the War Room
	@$(BIN)/warroom demo $(ARGS)

test: $(READY)  ## run the tests, in four processes, as some only wait (ARGS=--fast for those of a minute, in two; ARGS=-k …; ARGS=-n0 for one)
	$(BIN)/pytest -n $(if $(findstring --fast,$(ARGS)),2,4) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(READY)  ## everything CI runs: format, lint, types, imports, packs, pack-check and the tests
	@scripts/check

format-check: $(READY)  ## is every file formatted?
	$(BIN)/ruff format --check .

lint: $(READY)  ## does the code follow the rules?
	$(BIN)/ruff check .

types: $(READY)  ## do the types hold (mypy --strict)?
	$(BIN)/mypy

imports: $(READY)  ## do imports only point down?
	$(BIN)/lint-imports

packs: $(READY)  ## can every pack in Packs/ be read, and do its playbooks hold no mistake?
	@$(BIN)/warroom --home .venv/check pack list
	@$(BIN)/warroom --home .venv/check playbook lint Packs

pack-check: .venv/sdk/.ready  ## do Palo Alto's own tools accept and pack our packs? (ARGS=NAME, or --to FOLDER for the zips)
	@$(BIN)/python scripts/pack-check $(ARGS)

# An environment of its own: the SDK pins a pydantic and a click that ours are newer than.
.venv/sdk/.ready: Config/demisto-sdk-constraints.txt $(READY)
	@echo "make pack-check: fetching Palo Alto's SDK; the first time takes a few minutes …"
	$(BIN)/python -m venv .venv/sdk
	.venv/sdk/bin/python -m pip install --quiet --disable-pip-version-check --constraint $< demisto-sdk
	@touch $@

pictures: $(READY)  ## draw the playbooks for the packs' documentation (needs chromium; ARGS=Packs/NAME)
	$(BIN)/python scripts/draw-playbooks $(ARGS)

fix: $(READY)  ## format, and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## measure, and compare with the goals (ARGS=name of one measurement)
	@for name in $(or $(ARGS),$(MEASUREMENTS)); do echo "== $$name"; $(BIN)/python -m bench.$$name || exit 1; done

conformance: $(READY) .venv/conformance/bin/python .venv/fuzzing/bin/python  ## let Trend Micro's own client and a fuzzer try the twin
	$(BIN)/python -m tests.conformance.conformance

evidence-cases: $(READY)  ## play the use case under every disturbance, with kills, and write the page (a quarter of an hour; ARGS=part of a name)
	$(BIN)/python -m tests.packs.visionone.playbooks.evidence_cases $(ARGS)

public-content: $(READY)  ## run the test playbooks of others' packs that need no vendor, and count (TREE=folder with packs; SET=products; ARGS=--help)
	@$(BIN)/python -m tests.public_content.public_content $(or $(TREE),--help) $(if $(SET),--set $(SET)) $(ARGS)

promises-with-base: $(READY)  ## the promises about actions, with others' Base and CommonScripts in place of ours (TREE=folder with packs)
	WARROOM_TESTS_TREE=$(or $(TREE),$(error TREE=folder names a content repository)) $(BIN)/pytest -n 2 tests/packs/visionone/playbooks/test_stand_in.py \
		tests/acceptance/test_kill_nine.py tests/acceptance/test_two_tenants.py $(ARGS)

# Environments of their own: the client pins a pydantic that ours is newer than.
.venv/conformance/bin/python:
	$(BIN)/python -m venv .venv/conformance
	$@ -m pip install --quiet --disable-pip-version-check pytmv1==0.11.0

.venv/fuzzing/bin/python:
	$(BIN)/python -m venv .venv/fuzzing
	$@ -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5

docs: $(READY)  ## generate the generated pages again, and check that the documentation is true
	$(BIN)/python -m warroom.context.reference docs/reference/context-language.md
	$(BIN)/python -m visionone_sim.operations docs/reference/twin-operations.md
	$(BIN)/python -m warroom.services.commands.reference docs/reference/built-in-commands.md
	$(BIN)/python -m tests.packs.visionone.integration_readme
	$(BIN)/python -m tests.packs.visionone.playbooks.playbook_readme
	$(BIN)/pytest tests/docs tests/architecture/test_rooms.py

new-builtin: $(READY)  ## the first version of a built-in command (without ARGS: what it needs, and an example; so the others)
	@$(BIN)/python -m scaffold builtin $(or $(ARGS),--help)

new-command: $(READY)  ## the first version of a command of the pack that reads
	@$(BIN)/python -m scaffold command $(or $(ARGS),--help)

new-transformer: $(READY)  ## the first version of a transformer
	@$(BIN)/python -m scaffold transformer $(or $(ARGS),--help)

new-endpoint: $(READY)  ## the first version of an endpoint of the twin that returns a list
	@$(BIN)/python -m scaffold endpoint $(or $(ARGS),--help)

new-operation: $(READY)  ## the first version of an operation
	@$(BIN)/python -m scaffold operation $(or $(ARGS),--help)

new-use-case: $(READY)  ## the first version of a use case, in a class of its own
	@$(BIN)/python -m scaffold use-case $(or $(ARGS),--help)

new-page: $(READY)  ## the first version of a page of the console
	@$(BIN)/python -m scaffold page $(or $(ARGS),--help)

promises: $(READY)  ## run the tests of the mission's promises, and write down what they show
	$(BIN)/pytest -q -m promise --promises docs/reference/mission.md tests $(ARGS)

clean:  ## remove the environment, caches and the demo's folder
	rm -rf .venv .demo dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
