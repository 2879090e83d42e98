"""Console pages, live push, native API, and the XSOAR-compatible API."""
