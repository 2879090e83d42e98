"""Merges the outputs of commands into a context, as XSOAR does, and applies logged patches.

Nothing is changed in place: the new context shares its unchanged parts with the old one.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from typing import TypeAlias, assert_never

from warroom.context.cast import MISSING, items
from warroom.context.dt import closing
from warroom.context.expression import Expression, compile_expression
from warroom.context.javascript import EvaluationError, truthy
from warroom.context.place import Key, change, keys_of
from warroom.context.scripted import Scripts, Thrown
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject

DIGEST_CHARACTERS = 32

# By an expression that only JavaScript evaluates: which old items a new one matches.
Matches: TypeAlias = Callable[[str, Sequence[Json], Json], list[bool]]


def no_matches(_source: str, old: Sequence[Json], _new: Json) -> list[bool]:
    """Match nothing: what such an expression is for is added."""
    return [False for _ in old]


def merge(
    context: JsonObject, entry_context: JsonObject, semantics: Semantics = STANDARD, matches: Matches = no_matches
) -> JsonObject:
    """The context with an entry's outputs in it; `matches` answers for expressions that only JavaScript evaluates.

    >>> merge({"Hash": "a"}, {"Hash": "b"})
    {'Hash': ['a', 'b']}
    >>> merge({"Task": {"id": 1, "status": "queued"}}, {"Task(val.id == obj.id)": {"id": 1, "status": "succeeded"}})
    {'Task': {'id': 1, 'status': 'succeeded'}}
    """
    for key, value in entry_context.items():
        if value is None and not semantics.null_output_is_written:
            continue
        target = read_target(key)
        combine = partial(_combined, new=value, keyed=_Keyed(target.match, matches), semantics=semantics)
        context = change(context, target.keys, combine)
    return context


def set_path(context: JsonObject, path: str, value: Json) -> JsonObject:
    """Return the context with a value set at a path."""
    return change(context, _place(path), lambda _: value)


def delete_path(context: JsonObject, path: str) -> JsonObject:
    """The context without what is at a path."""
    try:
        return change(context, _place(path), lambda _: MISSING)
    except InvalidInputError:
        keys_of(path)  # the path itself may be at fault
        return context  # an index beyond the end: nothing to remove


def apply(context: JsonObject, patch: ContextPatch, semantics: Semantics = STANDARD) -> JsonObject:
    """The context after a logged patch; the fold over an incident's log is its context."""
    if not patch.scope:
        return _patched(context, patch, semantics)
    node = context.get(patch.scope)
    after = _patched(node if isinstance(node, dict) else {}, patch, semantics)
    if after or patch.kind is not PatchKind.DELETE:
        return {**context, patch.scope: after}
    return {key: value for key, value in context.items() if key != patch.scope}


def _patched(node: JsonObject, patch: ContextPatch, semantics: Semantics) -> JsonObject:
    match patch.kind:
        case PatchKind.MERGE:
            return merge(node, _object(patch), semantics, _known(frozenset(patch.hits)))
        case PatchKind.SET:
            return set_path(node, patch.path, patch.value) if patch.path else _object(patch)
        case PatchKind.DELETE:
            return delete_path(node, patch.path) if patch.path else {}
        case _:
            assert_never(patch.kind)


def _object(patch: ContextPatch) -> JsonObject:
    if not isinstance(patch.value, dict):
        raise InvalidInputError(f"A {patch.kind} of the whole context needs an object, not {patch.value!r:.80}.")
    return patch.value


@dataclass(frozen=True, slots=True)
class Target:
    """The place that an output is written to; `match` is the expression of `A.B(match)`."""

    keys: tuple[Key, ...]
    match: Expression | None


@lru_cache(maxsize=8192)
def read_target(key: str) -> Target:
    """Read a key of an EntryContext: `A.B`, or `A.B(val.id && val.id == obj.id)`."""
    start = key.find("(")
    if start < 0:
        return Target(_place(key), None)
    end = closing(key, start)
    if key[end + 1 :].strip():
        raise InvalidInputError(f"The output `{key}` cannot be merged: its condition must be at its end.")
    return Target(_place(key[:start]), compile_expression(key[start + 1 : end]))


def _place(path: str) -> tuple[Key, ...]:
    keys = keys_of(path)
    if not keys:
        raise InvalidInputError(f"`{path}` is no path of the context; give the name of a key.")
    return keys


def needs_engine(entry_context: JsonObject) -> bool:
    """Whether the key of some output has an expression that only JavaScript evaluates."""
    found = (read_target(key).match for key in entry_context if "(" in key)
    return any(match is not None and match.run is None for match in found)


def asked(scripts: Scripts, hits: set[str]) -> Matches:
    """Ask scripts which pairs match, and note them: `ScriptNeededError` names the run that is needed."""

    def matches(source: str, old: Sequence[Json], new: Json) -> list[bool]:
        answers = scripts.evaluated(source, [(val, new) for val in old]) if old else []
        found = [answer is not Thrown.THROWN and truthy(answer) for answer in answers]
        hits.update(_digest(source, val, new) for val, is_hit in zip(old, found, strict=True) if is_hit)
        return found

    return matches


def _known(hits: Collection[str]) -> Matches:
    if not hits:
        return no_matches
    return lambda source, old, new: [_digest(source, val, new) in hits for val in old]


def _digest(source: str, val: Json, obj: Json) -> str:
    text = json.dumps([source, val, obj], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]


@dataclass(frozen=True, slots=True)
class _Keyed:
    """How old and new items at a place are compared; no expression: they are not."""

    expression: Expression | None
    matches: Matches

    def hits(self, old: Sequence[Json], new: Json) -> list[int]:
        """The numbers of the old items that a new one updates."""
        assert self.expression is not None
        if self.expression.run is not None:
            return [at for at, val in enumerate(old) if _matches(self.expression, val, new)]
        found = self.matches(self.expression.source, old, new)
        return [at for at, is_hit in enumerate(found) if is_hit]


def _combined(old: Json, *, new: Json, keyed: _Keyed, semantics: Semantics) -> Json:
    if old is MISSING or old is None:
        return _first(new, keyed, semantics)
    if keyed.expression is not None:
        return _matched(old, items(new), keyed, semantics)
    if isinstance(old, dict) and isinstance(new, dict) and semantics.dict_into_dict == "merge":
        return _deep(old, new)
    return [*items(old), *items(new)]


def _first(new: Json, keyed: _Keyed, semantics: Semantics) -> Json:
    """The first value at a place: as it is, unless its own items match each other."""
    is_single = not isinstance(new, list) or len(new) < 2
    if keyed.expression is None or is_single or not semantics.new_items_match_each_other:
        return new
    return items(_matched([], new, keyed, semantics))


def _matched(old: Json, new: list[Json], keyed: _Keyed, semantics: Semantics) -> Json:
    """Each new item updates the old ones that it matches, or is added."""
    found = list(items(old))
    candidates = len(found)
    for item in new:
        if semantics.new_items_match_each_other:
            candidates = len(found)
        hits = keyed.hits(found[:candidates], item)
        if not hits:
            found.append(item)
        for at in hits if semantics.keyed_merge_updates == "all" else hits[:1]:
            found[at] = _updated(found[at], item, semantics)
    return found if isinstance(old, list) or len(found) != 1 else found[0]


def _matches(match: Expression, val: Json, obj: Json) -> bool:
    try:
        return truthy(match.evaluate(val, obj))
    except EvaluationError:
        return False


def _updated(old: Json, new: Json, semantics: Semantics) -> Json:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return _deep(old, new) if semantics.keyed_merge_is_deep else {**old, **new}


def _deep(old: JsonObject, new: JsonObject) -> JsonObject:
    """Objects merged at every depth; what is no object is replaced."""
    both = {
        key: _deep(old[key], value) if isinstance(value, dict) and isinstance(old.get(key), dict) else value
        for key, value in new.items()
    }
    return {**old, **both}
