"""Alembic's environment: it is handed a connection by `calends.register.migrate`."""

from alembic import context

from calends.register.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
