import hashlib
from textwrap import dedent
from typing import Any

from warroom.content.integration import Code


def python_code(text: str, **fields: Any) -> Code:
    """Code of a script or an integration, from its text.

    >>> python_code("demisto.results('ok')").language
    'python'
    """
    plain = dedent(text)
    return Code(text=plain, sha256=hashlib.sha256(plain.encode()).hexdigest(), **fields)
