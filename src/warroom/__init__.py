"""warroom: Cortex XSOAR content, run without an XSOAR server."""
