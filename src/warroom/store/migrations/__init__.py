"""The history of the tables, oldest first; Alembic runs what a database does not have yet."""
