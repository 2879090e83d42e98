"""How a change is written: the one way to commit, lines of the War Room, waiting until the store accepts it."""
