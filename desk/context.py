"""One request's surroundings: who asks, in which language, and the two files opened for as long as it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from starlette.requests import HTTPConnection

from desk.clockwork import Clockwork
from desk.people.limits import Limit
from desk.people.rights import LOCAL, NeedsLogin, Refused, Visitor
from desk.people.sessions import SESSION_COOKIE, digest_of, form_token, new_secret
from desk.pool import StorePool
from desk.words import LANGUAGES
from pipeline.places import Places
from pipeline.privacy import Key
from pipeline.settings import Settings
from pipeline.store.database import Store
from pipeline.store.desk_accounts import account_of_session, count_accounts
from pipeline.store.desk_db import DeskDb, form_secret, open_desk

LANGUAGE_COOKIE = "houxu_language"


@dataclass(frozen=True, slots=True)
class Desk:
    """The running desk. `now` is its clock; `is_loopback`: nobody but this machine can reach it."""

    places: Places
    settings: Settings
    key: Key
    now: Callable[[], datetime]
    is_loopback: bool
    logins: Limit
    requests: Limit
    clockwork: Clockwork
    stores: StorePool

    @property
    def desk_path(self) -> Path:
        """The desk's own file, apart from the analysts'."""
        return self.places.desk_path


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of a person at a page. `session` is the secret in their cookie, new where they had none."""

    desk: Desk
    request: HTTPConnection
    store: Store
    people: DeskDb
    visitor: Visitor | None
    session: str
    language: str
    now: datetime

    def require(self, role: str) -> Visitor:
        """The visitor, who must have that role.

        Raises:
            NeedsLogin: nobody is logged in.
            Refused: the role does not suffice.
        """
        if self.visitor is None:
            raise NeedsLogin
        if not self.visitor.may(role):
            raise Refused(role)
        return self.visitor

    @property
    def csrf(self) -> str:
        """What forms of this page carry."""
        return form_token(form_secret(self.people), self.session)


def desk_of(request: HTTPConnection) -> Desk:
    """The desk that serves this request."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101 make_app puts it there
    return desk


@contextmanager
def visiting(request: HTTPConnection) -> Iterator[Visit]:
    """Open what a page needs, for as long as the route runs.

    Raises:
        UserError: there is no database yet.
    """
    desk = desk_of(request)
    now = desk.now()
    people = open_desk(desk.desk_path)
    try:
        with desk.stores.reading() as store:
            session = request.cookies.get(SESSION_COOKIE) or new_secret()
            visitor = visitor_of(desk, people, session, now)
            yield Visit(desk, request, store, people, visitor, session, language_of(request), now)
    finally:
        people.close()


def visitor_of(desk: Desk, people: DeskDb, session: str, now: datetime) -> Visitor | None:
    """Whose session it is; on this machine, while there are no accounts, anybody is `local`."""
    account = account_of_session(people, digest_of(session), now)
    if account is not None:
        return Visitor(account.name, account.role)
    return LOCAL if desk.is_loopback and count_accounts(people) == 0 else None


def language_of(request: HTTPConnection) -> str:
    """`zh` unless ?lang=, the cookie or the browser says English."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return str(wanted)
    accepted = [part.split(";")[0].strip().lower() for part in request.headers.get("accept-language", "").split(",")]
    known = [one[:2] for one in accepted if one[:2] in LANGUAGES]
    return known[0] if known else "zh"
