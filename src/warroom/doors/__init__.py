"""Each thing that can be asked for, once, with a typed request and answer; every protocol is made from this table."""
