"""What lives inside a worker process; it is started by file path and stands on the standard library alone."""
