"""Passwords that are guessed first: made of common words, runs of keys, years, the user's own name, and little else."""

import re
import unicodedata

LEAST = 6  # letters and digits beyond what is guessed first
SHORTEST_RUN = 4
ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm"),
    *("yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhn", "q1w2e3r4t5y6u7i8o9p0"),
)
STOOD_FOR = str.maketrans("013457$@!|€", "oleastsaile")
YEAR = re.compile(r"(?:19|20)\d\d")
OTHERS = re.compile(r"[\W_]+")
COMMON = (
    # what people are asked for, and what they say at a door
    "password passwort passwd passphrase pass pwd secret geheim kennwort login logon signin account admin"
    " administrator root superuser user username benutzer guest default master test testing temp temporary demo"
    " changeme change welcome willkommen bienvenue hello hallo letmein let open sesame opensesame enter access"
    " trustno trust unlock"
    # what they love
    " iloveyou love lovely baby angel princess prince sunshine flower monkey dragon tiger shadow superman batman"
    " pokemon starwars football baseball basketball hockey soccer fussball schalke liverpool arsenal chelsea barcelona"
    " ferrari porsche mustang harley michael jordan jessica ashley daniel charlie thomas"
    # when it was
    " spring summer autumn winter fruehling sommer herbst january february march april june july august september"
    " october november december januar februar maerz juni juli oktober dezember monday tuesday wednesday thursday"
    " friday saturday sunday today"
    # where it is
    " company firma office computer laptop server windows internet google facebook microsoft cisco oracle linux"
    " ubuntu warroom visionone vision trendmicro trend micro xsoar cortex paloalto security secure soc cyber incident"
    " response corp inc the and is my for in a1"
)
WORDS = sorted(COMMON.split(), key=len, reverse=True)
SAYINGS = frozenset({"correcthorsebatterystaple", "thequickbrownfox", "tobeornottobe", "maytheforcebewithyou"})


def is_guessed_first(password: str, name: str) -> bool:
    """Whether a password has little beyond what every list of guesses begins with.

    >>> [is_guessed_first(password, "ana") for password in ("P@ssw0rd-2026!", "banana split for tea")]
    [True, False]
    """
    plain = unicodedata.normalize("NFKC", password).casefold()
    bare, meant = OTHERS.sub("", plain), OTHERS.sub("", plain.translate(STOOD_FOR))
    forms = (bare, bare[::-1], meant, meant[::-1])
    return bare in SAYINGS or _turns(bare) or any(_left(form, name) < LEAST for form in forms)


def _turns(text: str) -> bool:
    """Whether it repeats the same text."""
    return any(text == (text[:length] * len(text))[: len(text)] for length in range(1, len(text) // 2 + 1))


def _left(text: str, name: str) -> int:
    """Count what is left without the name, runs of keys, years and common words."""
    own = OTHERS.sub("", name.casefold())
    for part in {own, own[::-1], *(piece for piece in OTHERS.split(name.casefold()) if len(piece) > 2)} - {""}:
        text = text.replace(part, " ")
    for word in WORDS:
        text = text.replace(word, " ")
    text = YEAR.sub(" ", _without_runs(text))
    return len(set(OTHERS.sub("", text)))


def _without_runs(text: str) -> str:
    """Blank runs of characters that are neighbours on the keyboard or in the alphabet, in both directions."""
    for row in (*ROWS, *(row[::-1] for row in ROWS)):
        start = 0
        while start < len(text):
            end = start + SHORTEST_RUN
            if text[start:end] not in row or len(text[start:end]) < SHORTEST_RUN:
                start += 1
                continue
            while end < len(text) and text[start : end + 1] in row:
                end += 1
            text = f"{text[:start]} {text[end:]}"
    return text
