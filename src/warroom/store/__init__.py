"""Incidents, entries, context, work plans, files, users: SQLAlchemy Core on SQLite or PostgreSQL; blobs by SHA-256."""
