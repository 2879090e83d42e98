"""Checks a password at sign-in, counts wrong ones, and logs them as events."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.model.errors import NotFoundError, SignInError, TooManyTriesError
from warroom.model.json import Json
from warroom.model.user import User
from warroom.services.people.kept_tries import KeptTries
from warroom.services.people.passwords import Passwords
from warroom.services.people.tries import Place, network_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.tries import SEVERAL
from warroom.services.ports.users import EditUser, UserEvent, UserStore

REFUSED = "The name or the password is wrong. Try again, or ask an admin for another password."  # for every reason
NOTHING: Mapping[str, Json] = {}
NETWORKS = 3  # the last networks of a user's wrong passwords that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordCheck:
    """What a check needs."""

    store: UserStore
    clock: Clock
    passwords: Passwords
    tries: KeptTries

    async def user(self, name: str, password: str, place: Place) -> User:
        """Return the user whose password this is; the try counts before the check, so that parallel tries count too.

        An unknown or disabled name costs the same steps and gets the same answer. An unknown name may be
        a password in the wrong field, and is not stored.
        """
        user, known = None, await self._known(name)
        origin, whose = place.origin(name), known or SEVERAL
        try:
            held = await self.tries.start(origin, whose, self.clock.now())
            await self.clock.sleep_until(self.clock.now() + held)
            user = await self.store.edit_user(name, _tried(place, self.clock.now()))
        except (NotFoundError, SignInError):
            pass
        except TooManyTriesError as refusal:
            if refusal.is_first and self.tries.is_quiet(self.clock.now()):
                await self._tell(known, "made to wait", place, {"seconds": refusal.seconds})
            raise
        if not await self.passwords.match(user.password_hash if user else None, password) or user is None:
            if await self.tries.was_wrong(self.clock.now()):
                await self._tell(known, "refused", place)
            raise SignInError(REFUSED)
        await self.tries.was_right(origin, whose, self.clock.now())
        await self.store.edit_user(name, forgiven)
        return user

    async def _known(self, name: str) -> str:
        try:
            return (await self.store.user(name)).name
        except NotFoundError:
            return ""

    async def _tell(self, known: str, outcome: str, place: Place, more: Mapping[str, Json] = NOTHING) -> None:
        payload: dict[str, Json] = {"name": known, "outcome": outcome, **address_of(place.address), **more}
        await self.store.tell(UserEvent(kind="sign-in", actor=known, at=self.clock.now(), payload=payload))


def _tried(place: Place, now: datetime) -> EditUser:
    """Count one more try; the right password clears the count."""

    def tried(user: User) -> User:
        if user.disabled:
            raise SignInError(REFUSED)
        network = network_of(place.address)
        lastly = (*(other for other in user.failing_from if other != network), network)[-NETWORKS:]
        return replace(user, failures=user.failures + 1, failing_since=user.failing_since or now, failing_from=lastly)

    return tried


def forgiven(user: User) -> User:
    """Forget a user's wrong passwords."""
    return replace(user, failures=0, failing_since=None, failing_from=(), locked_until=None)


def address_of(address: str) -> dict[str, Json]:
    """Say from where in an event, when it is known."""
    return {"address": address} if address else {}
