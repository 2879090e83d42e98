"""Runs integration and script code in warm worker processes; `guest/` is what lives inside one (standard library, and QuickJS for JavaScript)."""  # noqa: E501  # one sentence
