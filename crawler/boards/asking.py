"""Requests to a board: its calls filled in, and signed where the site's own pages sign theirs."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from urllib.parse import quote

from crawler.boards.description import Board, Call

_PLACE = re.compile(r"\{(\w+)\}")
_BODY_PLACE = re.compile(r'"\{(\w+)\}"|\{(\w+)\}')


@dataclass(frozen=True, slots=True)
class Asking:
    """A request, ready to be sent."""

    method: str
    url: str
    body: str
    headers: dict[str, str]


def fill_call(board: Board, call: Call, base_url: str, values: dict[str, str | int]) -> Asking:
    """The request of a call: values are percent-encoded in the path and written as JSON in the body."""
    path = _PLACE.sub(lambda place: quote(str(values.get(place[1], place[0])), safe=""), call.path)
    body = _BODY_PLACE.sub(lambda place: _write_json(values, place), call.body)
    if board.signer == "liuyan":
        body = sign_liuyan(board.app_code, path, body)
    headers = {"Content-Type": "application/json"} if call.method == "POST" else {}
    if board.referer:
        headers["Referer"] = board.referer
    return Asking(call.method, f"{base_url}{path}", body, headers)


def _write_json(values: dict[str, str | int], place: re.Match[str]) -> str:
    """The value as JSON; where its place stands without quotes, digits are a number."""
    name = place[1] or place[2]
    value = values.get(name)
    if value is None:
        return place[0]
    return str(value) if place[2] and str(value).isdecimal() else json.dumps(value, ensure_ascii=False)


def sign_liuyan(app_code: str, path: str, parameters: str) -> str:
    """The envelope that the pages of 领导留言板 send; a request format, not an access control (platforms.md §11.1)."""
    salt = _md5(app_code)[:16]
    signature = _md5(path.partition("?")[0] + parameters + salt)
    envelope = {"appCode": app_code, "token": "", "signature": signature, "param": parameters}
    return json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
