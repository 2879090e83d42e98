"""What lives inside a worker process; it is started by file path and uses the standard library alone."""
