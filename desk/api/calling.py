"""A program's call: its token, what that may do, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from fastapi import Request
from starlette.exceptions import HTTPException

from desk.context import Desk, Visit, desk_of, language_of
from desk.people.rights import NeedsLogin, Refused, Visitor, role_of_scopes
from desk.people.sessions import digest_of
from pipeline.store.desk_accounts import Token, find_token
from pipeline.store.desk_db import DeskDb, open_desk

_BEARER = "bearer "


@contextmanager
def calling(request: Request, scope: str) -> Iterator[Visit]:
    """Open what a call needs, for a token that has the scope.

    Raises:
        NeedsLogin: no token, or one that is unknown, revoked or over.
        Refused: the token has not got the scope.
        HTTPException: 429, too many calls.
    """
    desk = desk_of(request)
    now = desk.now()
    with closing(open_desk(desk.desk_path)) as people:
        token = _token_of(request, desk, people)
        if scope not in token.scopes:
            raise Refused(scope)
        if not desk.requests.take(f"token {token.token_id}", now):
            raise HTTPException(429, "too many requests", {"Retry-After": "60"})
        with desk.stores.reading() as store:
            visitor = Visitor(f"token:{token.name}", role_of_scopes(token.scopes))
            yield Visit(desk, request, store, people, visitor, "", language_of(request), now)


def _token_of(request: Request, desk: Desk, people: DeskDb) -> Token:
    given = request.headers.get("authorization", "")
    if not given.lower().startswith(_BEARER):
        raise NeedsLogin
    token = find_token(people, digest_of(given[len(_BEARER) :].strip()), desk.now())
    if token is None:
        raise NeedsLogin
    return token
