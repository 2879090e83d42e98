"""Whatever a test needs in the tenant, put there by its id: each kind has a file, and a line in the table of `kind`."""
