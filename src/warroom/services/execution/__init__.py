"""Running one command: find what it names, prepare its arguments, run it, shape its results."""
