"""Answers on a terminal: shows a task's question, and asks for missing answers one at a time."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Protocol

import typer

from warroom.cli.output import print_line
from warroom.cli.printable import printable
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject

SEVERAL = "multiSelect"
APPROVE = "Approve"
LABEL = 60  # characters of a question's text in a list


class Prompt(Protocol):
    """Asks a person and returns the answer."""

    def __call__(self, text: str, *, may_be_empty: bool = False) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The answers of the command line; `answers` as `question=value`."""

    choice: str = ""
    comment: str = ""
    answers: Sequence[str] = ()


def is_terminal() -> bool:
    """Whether a person is at the terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def question_of(item: JsonObject) -> str:
    """Print what a task asks, and what its form would approve."""
    text = str(item["question"] or item["name"])
    if form := item.get("form"):
        text = f"{text} {form['description']}".strip()
    return " ".join(filter(None, (text, approval_of(item), item.get("refused"))))


def approval_of(item: JsonObject) -> str:
    """Say what exactly the answer Approve to a form approves; nothing for other tasks."""
    approves = item.get("approves")
    if not approves:
        return ""
    return f"Approve lets {', '.join(approves['commands'])} pass on: {', '.join(map(str, approves['targets']))}."


def answers_of(item: JsonObject) -> str:
    """Return the possible answers of a task, for a sentence."""
    if form := item.get("form"):
        return "\n".join(
            printable(f"--set {question['id']}=…  {shorten(question['label'], LABEL)} {_offer(question)}".rstrip())
            for question in form["questions"]
        )
    return ", ".join(options_of(item)) or "done"


def options_of(item: JsonObject) -> list[str]:
    """Return the answers that the reader may give: no approval where another person has to give it."""
    options = item["options"] or []
    return [option for option in options if option != APPROVE or not item.get("refused")]


def answers_to(item: JsonObject | None, answers: Sequence[str]) -> dict[str, Json]:
    """Read `question=value`: a question of a form by its id or its label, once for each value that it takes."""
    form = item.get("form") if item else None
    read: dict[str, Json] = {}
    for answer in answers:
        name, mark, value = answer.partition("=")
        if not mark or not name:
            raise InvalidInputError(f"--set takes question=value, not {answer!r}.")
        question = _named(form, name) if form else None
        key = question["id"] if question else name
        if key in read and not (question and question["type"] == SEVERAL):
            raise InvalidInputError(f"{name!r} is answered twice. Keep one of the answers.")
        if question and question["type"] == SEVERAL:
            earlier = read.get(key)
            read[key] = [*(earlier if isinstance(earlier, list) else []), value]
        else:
            read[key] = value
    return read


def ask(text: str, *, may_be_empty: bool = False) -> str:
    """Ask a person on this terminal."""
    return str(typer.prompt(text, default="" if may_be_empty else None, show_default=False))


def completed(item: JsonObject, given: Given, prompt: Prompt = ask) -> Given:
    """Ask a person for what is missing; answers of the command line are not asked for again."""
    print_line(question_of(item))
    if item.get("form"):
        known = answers_to(item, given.answers)
        missing = [question for question in item["form"]["questions"] if question["id"] not in known]
        return replace(given, answers=[*given.answers, *(line for one in missing for line in _ask(one, prompt))])
    if request := item.get("request"):
        for name, value in request["args"].items():
            print_line(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
    options = options_of(item)
    choice = given.choice or (prompt(f"Answer ({', '.join(options)})") if options else "")
    comment = given.comment or (prompt("Why?") if request else "")
    return replace(given, choice=choice, comment=comment)


def _ask(question: JsonObject, prompt: Prompt) -> list[str]:
    """Ask one question until it has an answer; an optional one may stay empty."""
    offer = _offer(question)
    text = printable(f"{question['label']} {offer}".strip())
    while True:
        said = prompt(text, may_be_empty=not question["required"]).strip()
        values = [part.strip() for part in said.split(",")] if question["type"] == SEVERAL else [said]
        wrong = [value for value in values if value and question["options"] and value not in question["options"]]
        if not wrong:
            return [f"{question['id']}={value}" for value in values if value]
        print_line(f"{wrong[0]!r} is not one of {', '.join(question['options'])}.")


def _offer(question: JsonObject) -> str:
    options = ", ".join(question["options"])
    return f"({options})" if options else ""


def _named(form: JsonObject, name: str) -> JsonObject | None:
    """Find a question by its id, else by its label; an unknown one is left for the server to refuse."""
    found: JsonObject | None = next((one for one in form["questions"] if one["id"] == name), None)
    labelled = [one for one in form["questions"] if one["label"].casefold() == name.casefold()]
    return found or (labelled[0] if len(labelled) == 1 else None)
