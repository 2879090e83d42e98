"""Our own icons, 16 by 16, drawn with lines."""

from collections.abc import Mapping

from warroom.web.graph.appearance import Appearance, Kind

PERSON = "M8 7.5a2.75 2.75 0 1 0 0-5.5a2.75 2.75 0 0 0 0 5.5M2.75 14c.5-2.9 2.5-4.5 5.25-4.5s4.75 1.6 5.25 4.5"

OF_KIND: Mapping[Kind, str] = {
    Kind.START: "M5 3.2v9.6L12.6 8Z",
    Kind.TITLE: "M3.5 14V2.5h8.2L9.4 5.75l2.3 3.25H3.5",
    Kind.COMMAND: "M9 1.75 3.25 9.25H7.5L6.75 14.25 12.75 6.5H8.25Z",
    Kind.SCRIPT: "M5.25 4 1.5 8l3.75 4M10.75 4 14.5 8l-3.75 4M9.25 2.75l-2.5 10.5",
    Kind.CONDITION: "M8 1.5v4M8 5.5 3.5 10.5v3M8 5.5l4.5 5v3M1.75 12 3.5 14 5.25 12M10.75 12l1.75 2 1.75-2",
    Kind.DECISION: PERSON,
    Kind.PERSON: PERSON,
    Kind.PLAYBOOK: "M2 2.25h5v4H2ZM9 9.75h5v4H9ZM4.5 6.25v5.5H9",
    Kind.COLLECTION: "M3 2h10v12H3ZM5.5 5.25h5M5.5 8h5M5.5 10.75h3",
}

OF_APPEARANCE: Mapping[Appearance, str] = {
    Appearance.COMPLETED: "M3.5 8.5 6.75 11.75 12.5 4.75",
    Appearance.RUNNING: "M8 2.5A5.5 5.5 0 1 1 2.5 8",
    Appearance.WAITING: "M8 4.25V8l2.75 1.75",
    Appearance.NEEDS_PERSON: PERSON,
    Appearance.ERROR: "M4.5 4.5l7 7M11.5 4.5l-7 7",
    Appearance.SKIPPED: "M4 8h8",
    Appearance.PENDING: "",
    Appearance.BLOCKED: "M8 3.5v5.5M8 12.25v.25",
}
FAILED_OVER = "M8 3.5v5.5M8 12.25v.25"
