"""The program runs elsewhere, with a client that this environment does not have."""

collect_ignore = ["pytmv1_program.py"]
