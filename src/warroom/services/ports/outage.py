"""A temporary failure of the store: it cannot be reached, or takes no writes at the moment."""


class OutageError(Exception):
    """The store is locked, full or away.

    It is no WarroomError, so that it is not taken for a command's refusal; callers that can wait retry. `unwritten`
    says that nothing of a commit was written; otherwise that is unknown.
    """

    def __init__(self, message: str, *, unwritten: bool) -> None:
        super().__init__(message)
        self.unwritten = unwritten
