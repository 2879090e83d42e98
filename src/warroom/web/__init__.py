"""Console pages, live updates, and the native API."""
