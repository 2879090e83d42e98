"""A Vision One tenant you can start, fill, rewind and break; knows nothing of warroom."""
