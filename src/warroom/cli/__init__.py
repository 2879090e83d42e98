"""The command line: one command a file, each a translation of words into one operation."""
