"""The transformers that XSOAR's server has and that are not built here."""

# As demisto-sdk lists the server's own (demisto_sdk/commands/content_graph/common.py, before 1.39).
NOT_BUILT = ("indexOf", "precision", "quadraticEquation", "sliceByItem", "toPercent")
