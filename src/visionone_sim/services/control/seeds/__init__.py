"""Puts things into the tenant by id, for tests: each kind has a file, and a line in the table of `kind`."""
