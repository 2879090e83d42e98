"""Open questions about XSOAR: each is one switch, with our guess as its default."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Semantics:
    """The answers to the questions that `docs/reference/xsoar-semantics.md` tags as guesses.

    Each field has a test named after its question; when a real server answers it, only the default changes.
    """

    # DT
    unwrap_single_on_plain_path: bool = True  # `A.B` over a list of one: the value, or a list of one?
    unwrap_single_after_filter: bool = True  # `A(val.x == 1)` with one hit (documented: the value)
    error_in_filter_keeps_item: bool = False  # `val.a.b` where `a` is missing raises in JavaScript
    negative_index_counts_from_end: bool = True  # `[-1]`, and `atIndex` with -1

    # Values
    list_in_text: Literal["comma", "json"] = "comma"  # a list of plain values inside text
    unreadable_reference_stays: bool = True  # `${` that starts no readable path: left as it is, or blanked?
    code_resolves: tuple[str, ...] = ("currentPlaybookID", "inputs", "lists")  # roots, in what code calls commands with
    quotes_stay_in_json: bool = True  # a value filled into a text of JSON is escaped, so that it stays one text
    json_lists_are_parsed: bool = True  # `${lists.X.key}`: a list whose text is a JSON object or list is that value
    undeclared_arguments: Literal["passed", "refused"] = "passed"  # by playbooks, to what changes nothing
    missing_in_prose_is_blank: bool = True  # a reference that leads nowhere, in an action's description or note
    missing_in_input_is_blank: bool = False  # also for an action that gets it by way of a (sub-)playbook's input
    builtin_errors_are_entries: bool = True  # of a built-in command that code calls: an entry, or an exception?
    create_list_replaces: bool = True  # createList of a list that is there: its text is replaced, or it is refused?
    empty_required_input: Literal["refused", "passed"] = "refused"  # of a sub-playbook: does its task fail?
    filter_right_sees_item: bool = False  # the right side of a filter: in the item, or in the whole context?

    # Operators
    null_equals_empty_text: bool = True
    negation_on_list: Literal["some item", "no item"] = "some item"  # isNotEqualString on a list
    zero_is_empty: bool = False
    list_of_empties_is_empty: bool = False
    null_is_defined: bool = False
    missing_is_false: bool = False  # isFalse on a missing value
    null_is_zero: bool = False  # a missing value in a comparison of numbers: zero, or never true?
    contains_general_looks_inside_text: bool = True
    contains_general_needs: Literal["any", "all"] = "any"  # when the right side is a list
    in_splits_text: bool = True  # `in` with comma separated text on the right
    in_list_trims: bool = True  # spaces around the items of `inList`

    # Transformers
    uniq_unwraps_single: bool = True
    concat_of_null_is_text: bool = False
    join_reads_escapes: bool = True  # separator `\n` means a line break
    stringify_each_item: bool = True
    slice_includes_end: bool = False
    missing_marker_keeps_text: bool = True  # substringFrom / substringTo when the marker does not occur
    cut_includes_marker: bool = False  # substringFrom keeps the marker itself

    # Indicators
    auto_extract: Literal["none", "inline", "outofband"] = "none"  # from results of tasks that do not say

    # Polling
    min_poll: float = 1.0  # seconds: the soonest next poll of a scheduled command; XSOAR's floor is 10 (documented)

    # Merging outputs
    dict_into_dict: Literal["append", "merge"] = "append"
    keyed_merge_is_deep: bool = False  # `A(val.id == obj.id)`: nested objects merged, or replaced?
    keyed_merge_updates: Literal["all", "first"] = "all"  # which of several existing matches
    new_items_match_each_other: bool = True  # two outputs of one command with the same key
    null_output_is_written: bool = False

    # Pre-process rules
    silent_rule_script_keeps: bool = True  # a script says neither true nor false: is there an incident?
    rule_that_closes_starts_playbook: bool = False  # of the incoming incident that it closes
    rule_without_existing_filters_takes_any: bool = True  # it links to the oldest incident, or to none?


STANDARD = Semantics()
