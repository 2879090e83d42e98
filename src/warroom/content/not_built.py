"""Built-in commands that XSOAR has and that are not built here: nothing else is meant by their names."""

# By Palo Alto's documentation and public content; a test compares them with those that are built.
NOT_BUILT = frozenset({
    *("addEntitlement", "addTask", "assignAnalyst", "associateIndicatorToAlert"),
    *("closeDuplicateIncidents", "createIndicators", "createRelationships"),
    *("generateGeneralReport", "generateSummaryReport", "getOwnerSuggestion", "investigate"),
    *("relatedIncidents", "searchRelationships", "setRoleShifts"),
    *("taskAssign", "taskReopen", "unlinkIncidents"),
})  # fmt: skip


def not_built(name: str) -> str:
    """Say that a name is a built-in command of XSOAR that is missing here; empty for any other name.

    >>> not_built("addEntitlement")
    '`addEntitlement` is a built-in command of XSOAR, not built here yet: take its task out.'
    """
    return (
        f"`{name}` is a built-in command of XSOAR, not built here yet: take its task out." if name in NOT_BUILT else ""
    )
