"""Makes the first version of a command, a transformer, an endpoint of the twin, an operation or a page."""
