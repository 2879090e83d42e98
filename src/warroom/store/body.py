"""Writes values as text of a row and reads them; large ones are kept in the blob store."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias, TypeVar

from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.json import Json
from warroom.services.evidence.intact import refuse_others
from warroom.services.ports.blobs import Blobs
from warroom.store.kinds import Kind

LIMIT = 64 * 1024
INTEGER_LIMIT = 2**31
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)  # a float would lose some of them from the year 2107 on

# ASCII only: half of a surrogate pair or a NUL in an alert's text must neither be lost nor break the commit.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode

_T = TypeVar("_T")
Large: TypeAlias = list[bytes]


class Body(NamedTuple):
    """The two columns of a body; exactly one is set."""

    text: str | None
    blob: str | None


def encode(value: Json, what: str) -> str:
    """Encode as JSON text; `what` names the value in the error."""
    try:
        return _encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"{what} holds a value that is not JSON: {error}.") from error


def text_of(kind: Kind[_T], value: _T, what: str) -> str:
    """A body that has no blob."""
    return encode(kind.versioned(value), what)


def pack(kind: Kind[_T], value: _T, what: str, large: Large) -> Body:
    """Return the columns of a value; what does not fit is left in `large`, to be put in the blob store before them."""
    text = text_of(kind, value, what)
    if len(text) <= LIMIT:
        return Body(text, None)
    data = text.encode("ascii")
    large.append(data)
    return Body(None, sha256(data).hexdigest())


def read(kind: Kind[_T], text: str, /, **columns: Any) -> _T:
    """Make a value of a body that has no blob, and of the columns of its row."""
    return kind.read(json.loads(text), columns)


def unpack(text: str | None, blob: str | None, blobs: Blobs) -> Json:
    if blob is not None:
        with blobs.open(blob) as file:
            data = file.read()
        refuse_others(sha256(data).hexdigest(), blob, blobs.location(blob))
        text = data.decode("ascii")
    assert text is not None  # one of the two is set
    return json.loads(text)


def micros(moment: datetime) -> int:
    """A time as it is stored.

    >>> micros(datetime(2026, 1, 5, 9, 0, 0, 250, tzinfo=UTC))
    1767603600000250
    """
    return (moment - EPOCH) // MICROSECOND


def moment(stored: int) -> datetime:
    """The time that was stored.

    >>> moment(1767603600000250)
    datetime.datetime(2026, 1, 5, 9, 0, 0, 250, tzinfo=datetime.timezone.utc)
    """
    return EPOCH + stored * MICROSECOND


def plain(text: str) -> str:
    """Clean text for a column: no NUL for PostgreSQL, no lone surrogates for any; the body has the original.

    >>> plain("Task" + chr(0) + "mgr")
    'Task�mgr'
    """
    if text.isprintable():
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def incident_number(incident: IncidentId) -> int:
    """An incident's id as the number that it is.

    >>> incident_number(IncidentId("17"))
    17
    """
    if incident.isascii() and incident.isdigit() and (number := int(incident)) < INTEGER_LIMIT:
        return number
    raise NotFoundError(f"There is no incident {incident!r}: incidents are counted from 1.")
