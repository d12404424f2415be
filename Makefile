# Short names for what is done often. `make` lists them.

# Another project that uses these targets says where its own binary is: make migrate MANAGE=./manage
MANAGE ?= cargo run --quiet --
CARGO ?= cargo
PREFIX ?= $(HOME)/.local

.DEFAULT_GOAL := help
.PHONY: help build test test-faults test-fuzz lint fmt doc bench install makemigrations migrate migrate-check \
	migrate-show migrate-rollback migrate-history migrate-current services-start services-stop clean

# What the user typed goes to the recipes through the environment, unexpanded: quotes, dollars and
# semicolons in a message never reach make or the shell as syntax.
unexport msg steps limit target rounds
export MANAGE_MSG := $(value msg)
export MANAGE_STEPS := $(value steps)
export MANAGE_LIMIT := $(value limit)
export MANAGE_TARGET := $(value target)
export MANAGE_ROUNDS := $(value rounds)

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F '\t' '{ printf "  %-18s %s\n", $$1, $$2 }'

build: ## Build the binary
	$(CARGO) build --locked

test: ## Run all tests against throwaway servers
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		tests/services run $(CARGO) nextest run --locked --no-fail-fast && $(CARGO) test --locked --doc; \
	else \
		tests/services run $(CARGO) test --locked --no-fail-fast; \
	fi

test-fuzz: ## Try every law of tests/fuzz.rs on a hundred thousand inputs (PROPTEST_CASES=100000)
	PROPTEST_CASES=$${PROPTEST_CASES:-100000} $(CARGO) test --locked --test fuzz -- --nocapture
test-faults: ## Kill, stop and crowd runners and servers at many moments (rounds=50)
	@export MANAGE_FAULTS="$${MANAGE_ROUNDS:-50}"; \
	if $(CARGO) nextest --version >/dev/null 2>&1; then \
		tests/services run $(CARGO) nextest run --locked --no-fail-fast --test backends faults::; \
	else \
		tests/services run $(CARGO) test --locked --no-fail-fast --test backends faults::; \
	fi

lint: ## Check format, lints, features, architecture and dependencies
	tests/lint

fmt: ## Format the code
	$(CARGO) fmt --all

doc: ## Build the API documentation; a warning fails
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --locked --no-deps

bench: ## Measure whole commands
	benches/run

install: ## Install the binary, its man page and its completions (PREFIX=~/.local)
	$(CARGO) install --path . --locked --root "$(PREFIX)"
	install -d "$(PREFIX)/share/man/man1" "$(PREFIX)/share/bash-completion/completions" \
		"$(PREFIX)/share/zsh/site-functions" "$(PREFIX)/share/fish/vendor_completions.d"
	"$(PREFIX)/bin/manage" man >"$(PREFIX)/share/man/man1/manage.1"
	"$(PREFIX)/bin/manage" completions bash >"$(PREFIX)/share/bash-completion/completions/manage"
	"$(PREFIX)/bin/manage" completions zsh >"$(PREFIX)/share/zsh/site-functions/_manage"
	"$(PREFIX)/bin/manage" completions fish >"$(PREFIX)/share/fish/vendor_completions.d/manage.fish"

makemigrations: ## Write a migration from model changes (msg="add email")
	@$(MANAGE) makemigrations $${MANAGE_MSG:+-m "$$MANAGE_MSG"}

migrate: ## Apply migrations (target=... for a place other than head)
	@$(MANAGE) migrate $${MANAGE_TARGET:+"$$MANAGE_TARGET"}

migrate-check: ## Fail when migrations are pending or files are wrong
	@$(MANAGE) check

migrate-show: ## List the migrations and their state
	@$(MANAGE) showmigrations

migrate-rollback: ## Unapply migrations (steps=1)
	@$(MANAGE) rollback $${MANAGE_STEPS:+--steps "$$MANAGE_STEPS"}

migrate-history: ## List the history, newest first (limit=20)
	@$(MANAGE) history $${MANAGE_LIMIT:+-l "$$MANAGE_LIMIT"}

migrate-current: ## Show the applied head
	@$(MANAGE) current

services-start: ## Start the test servers and leave them running
	@tests/services start

services-stop: ## Stop the test servers and remove their data
	@tests/services stop

clean: services-stop ## Remove everything built
	$(CARGO) clean
