"""The client's programs run elsewhere: this environment does not have it."""

collect_ignore_glob = ["pytmv1_*.py"]
