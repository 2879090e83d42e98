"""A notice as hostile as an alert can make it."""

from warroom.services.ports.notices import Notice
from warroom.testing.clock import START

HOSTILE = Notice(
    key="k",
    about="approval",
    title="Dump on FIN\r\nBcc: eve@example.com <!channel>",
    text="bob asks for `!isolate` *now* <script>alert(1)</script> [here](http://evil.example)\x00\x1b[2J",
    link="/tasks",
    severity=4.0,
    since=START,
)
