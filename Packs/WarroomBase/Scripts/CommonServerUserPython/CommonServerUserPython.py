# Functions of your own go here; every integration and script in Python can use them.
