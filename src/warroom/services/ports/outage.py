"""That the store cannot be reached or takes nothing at the moment: nobody's mistake, and soon over."""


class OutageError(Exception):
    """The store is locked, full or away.

    It is no WarroomError: what a command has done is not refused by it, so that nobody takes it for the command's
    answer; who can wait tries again. `unwritten` says that nothing of a commit is there; else nobody knows.
    """

    def __init__(self, message: str, *, unwritten: bool) -> None:
        super().__init__(message)
        self.unwritten = unwritten
