"""Makes the first version of a command, a transformer, an endpoint of the twin or a page: code, test and docs."""
