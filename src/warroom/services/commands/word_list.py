"""Arguments that are lists of words."""

from warroom.context import cast
from warroom.model.json import Json


def words_of(value: Json) -> list[str]:
    """Read a list that is given as one, or as text with commas; each word once.

    >>> words_of("4@17, 5@17,4@17"), words_of(None)
    (['4@17', '5@17'], [])
    """
    items = value if isinstance(value, list) else cast.written(value).split(",")
    return list(dict.fromkeys(word for item in items if (word := cast.written(item).strip())))
