"""Runs integration and script code in warm worker processes; `guest/` is what lives inside one (standard library only)."""  # noqa: E501  # one sentence
