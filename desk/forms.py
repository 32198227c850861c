"""Forms: each comes from a page of the same session, or it is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from desk.context import desk_of
from desk.people.sessions import CSRF_FIELD, CSRF_HEADER, SESSION_COOKIE, is_form_token
from pipeline.errors import UserError
from pipeline.store.desk_db import form_secret, open_desk

_MOST_FIELDS = 200


class ForgedForm(Exception):  # noqa: N818 it says what happened, as HTTP does
    """The form does not come from a page of this session."""


async def read_form(request: Request) -> AsyncIterator[FormData]:
    """The posted form, once it is known where it comes from; its files are closed when the answer is made.

    Raises:
        ForgedForm: it carries no token of this session.
    """
    desk = desk_of(request)
    async with request.form(max_files=desk.settings.desk.max_questions, max_fields=_MOST_FIELDS) as form:
        given = request.headers.get(CSRF_HEADER) or field(form, CSRF_FIELD)
        people = open_desk(desk.desk_path)
        try:
            known = is_form_token(form_secret(people), request.cookies.get(SESSION_COOKIE, ""), given)
        finally:
            people.close()
        if not known:
            raise ForgedForm
        yield form


Form = Annotated[FormData, Depends(read_form)]


def field(form: FormData, name: str) -> str:
    """A text field; empty where it is missing or is a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def fields(form: FormData, name: str) -> list[str]:
    """All values of a text field that occurs several times."""
    return [value.strip() for value in form.getlist(name) if isinstance(value, str) and value.strip()]


def files(form: FormData, name: str, most_bytes: int) -> list[tuple[str, bytes]]:
    """(file name, content) of the files of a field.

    Raises:
        UserError: one is too large.
    """
    found = []
    for value in form.getlist(name):
        if isinstance(value, UploadFile) and (value.filename or value.size):
            data = value.file.read(most_bytes + 1)
            if len(data) > most_bytes:
                size = f"{most_bytes / 1_000_000:.0f} MB"
                raise UserError(f"{value.filename}: 图片太大，最多 {size} / too large a picture, at most {size}")
            found.append((value.filename or "image", data))
    return found
