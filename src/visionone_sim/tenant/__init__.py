"""What a tenant holds and which rules it follows; no HTTP."""
