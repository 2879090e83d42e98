"""Proof that does not depend on us: canonical JSON, hash trees, signatures, and the export that a third party checks.

What `verify.py` is assembled from (`standalone.py` names it) needs the standard library alone and runs on Python 3.8.
"""
