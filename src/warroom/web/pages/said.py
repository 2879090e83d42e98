"""War Room entries as a page shows them: author, content as Markdown, text, table or file, and remedies for errors."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from markupsafe import Markup

from warroom.context.interpolate import to_the_letter
from warroom.model import border
from warroom.model.entry import Entry, EntryFormat, StoredFile
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.user import SYSTEM
from warroom.services.commands.typed_line import typed_line
from warroom.services.secrecy.masking import MASK
from warroom.web.markdown import html_of, plain_html_of, without_tags
from warroom.web.pages.text import one_line, plain
from warroom.web.tables import as_table

LONGEST_BODY = 60_000  # characters of one entry that a page shows; the rest is one click away
LONGEST_ARGUMENT = 300
NEEDS_QUOTES = re.compile(r"[\s\"'`=]")
HEADING = re.compile(r"<(/?)h[1-6]>")  # in an entry all are one level below the tab's, so that the page's outline holds
REMEDIES: Mapping[str, str] = {
    "401": "Vision One did not accept the key. Give the instance a valid API key and test it under Integrations.",
    "unauthorized": "The key was not accepted. Give the instance a valid API key and test it under Integrations.",
    "403": "The key's role lacks a permission. Integrations, Test names it; add it in Vision One and run this again.",
    "forbidden": "A permission is missing. Integrations, Test names it; add it in Vision One and run this again.",
    "429": "Vision One asks for fewer requests. Wait a minute and run this again.",
    "404": "It was not found there. Check the name or the id, and run this again.",
    "timed out": "It took too long. Look at what became of it in Vision One, then run this again.",
    "timeout": "It took too long. Look at what became of it in Vision One, then run this again.",
    "connection": "The product could not be reached. Test the instance under Integrations, and run this again.",
    "has no argument": "Press the up arrow in the command line, correct the argument, and run it again.",
    "needs the argument": "Press the up arrow in the command line, add the argument, and run it again.",
    "no instance": "Add an instance under Integrations, or enable the one that is there.",
}
USUAL_REMEDY = "Correct what it names and run it again; what a playbook gave it stands in the Work Plan."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One entry. `kind` is note, command, error, file or event; `args` is what its command was given."""

    entry: Entry
    number: int
    kind: str
    body: Markup
    is_cut: bool = False
    remedy: str = ""
    args: Mapping[str, Json] = field(default_factory=dict)

    @property
    def author(self) -> str:
        return "playbook" if self.entry.actor == SYSTEM.name else one_line(self.entry.actor, 64) or "warroom"

    @property
    def command(self) -> str:
        return plain(self.entry.command, 2000)

    @property
    def typed(self) -> str:
        """The command as one would type it."""
        return f"!{self.command}" + "".join(f" {plain(name, 100)}={quoted(value)}" for name, value in self.args.items())

    @property
    def again(self) -> str:
        """The same command to be typed once more, where it ran; empty when it would not be the same."""
        if not self.entry.command or MASK in str(self.args):
            return ""
        where = {"using": self.entry.instance} if self.entry.instance else {}
        return typed_line(self.entry.command, {**self.args, **where})

    @property
    def code_output(self) -> list[tuple[str, str]]:
        """What the code left besides its results, to be unfolded: title and text."""
        texts = (("Where the code failed", self.entry.trace), ("What the code printed", self.entry.log))
        return [(title, plain(text, LONGEST_BODY)) for title, text in texts if text]

    @property
    def file(self) -> StoredFile | None:
        return self.entry.file


Given: TypeAlias = Mapping[tuple[PlanId | None, TaskKey | None], Mapping[str, Json]]
NOTHING_GIVEN: Given = {}


def said_of(entries: Iterable[Entry], given: Given = NOTHING_GIVEN) -> list[Said]:
    """Prepare entries for a page, in their order; `given` are the arguments of the tasks that wrote them."""
    return [_said(entry, given.get((entry.plan, entry.task), {})) for entry in entries]


def quoted(value: Json) -> str:
    """Write an argument's value as one would type it; what in it looks like a reference is data, and stays so.

    >>> quoted("FIN-1"), quoted("two words"), quoted(["a", "b"])
    ('FIN-1', '"two words"', 'a,b')
    """
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ",".join(value)
    text = to_the_letter(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
    shown = plain(text, LONGEST_ARGUMENT)
    if shown and not NEEDS_QUOTES.search(shown):
        return shown
    quote = next((each for each in "\"'`" if each not in shown), '"')
    return f"{quote}{shown}{quote}"


def number_of(entry: Entry) -> int:
    """Return the number of an entry in its War Room."""
    return int(entry.id.partition("@")[0])


def _said(entry: Entry, args: Mapping[str, Json]) -> Said:
    readable = _readable(entry)
    return Said(
        entry=entry,
        number=number_of(entry),
        kind=_kind(entry),
        body=_body(readable[:LONGEST_BODY], is_markdown=_is_markdown(entry)),
        is_cut=len(readable) > LONGEST_BODY,
        remedy=remedy_for(readable) if entry.is_error else "",
        args=args if entry.command else {},
    )


def _kind(entry: Entry) -> str:
    if entry.is_error:
        return "error"
    if entry.file:
        return "file"
    if entry.note:
        return "note"
    return "command" if entry.command else "event"


def _is_markdown(entry: Entry) -> bool:
    return bool(entry.human_readable) or entry.format in {EntryFormat.MARKDOWN, EntryFormat.TABLE}


def _readable(entry: Entry) -> str:
    """What a person reads: its text, a table for a list of objects, JSON for any other value."""
    if entry.human_readable:
        return entry.human_readable
    if isinstance(entry.contents, str):
        return without_tags(border.text(entry.contents)) if entry.format is EntryFormat.HTML else entry.contents
    if entry.contents in (None, [], {}):
        return ""
    if entry.format is EntryFormat.TABLE and (table := as_table(entry.contents)):
        return table
    document = border.laid_out(entry.contents)
    return f"```json\n{document}\n```" if _is_markdown(entry) else document


@lru_cache(maxsize=2048)
def _body(text: str, *, is_markdown: bool) -> Markup:
    if not text.strip():
        return Markup()
    made = HEADING.sub(r"<\1h3>", html_of(text)) if is_markdown else plain_html_of(text.strip())
    return Markup(made)  # noqa: S704  # both give HTML that is safe to insert


def remedy_for(error: str) -> str:
    """Say what now after an error.

    >>> remedy_for("trendmicro-visionone-get-alert: [404] Not found").partition(".")[0]
    'It was not found there'
    """
    low = error.casefold()
    return next((remedy for sign, remedy in REMEDIES.items() if sign in low), USUAL_REMEDY)
