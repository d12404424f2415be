# Migration targets, for `include manage.mk`.
#
#   make makemigrations
#   make makemigrations msg="add email"
#   make migrate-rollback steps=2
#   make migrate-history limit=20

MANAGE ?= manage

.PHONY: makemigrations migrate migrate-check migrate-show migrate-rollback migrate-history migrate-current

makemigrations: export MANAGE_MESSAGE = $(value msg)
makemigrations:
	@$(MANAGE) makemigrations $${MANAGE_MESSAGE:+-m "$$MANAGE_MESSAGE"}

migrate:
	@$(MANAGE) migrate

migrate-check:
	@$(MANAGE) check

migrate-show:
	@$(MANAGE) showmigrations

migrate-rollback:
	@$(MANAGE) rollback --steps $(or $(steps),1)

migrate-history:
	@$(MANAGE) history $(if $(limit),--limit $(limit))

migrate-current:
	@$(MANAGE) current
