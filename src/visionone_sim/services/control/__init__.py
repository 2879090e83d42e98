"""/_twin: the control room, where tests and demos look behind the API; for this machine only, without a key."""
