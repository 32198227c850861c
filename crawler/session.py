"""A visitor's cookie, where the operator has turned it on: what any browser gets without an account (platforms.md §5).

One cookie at a time, kept in a file of mode 0600. When the site no longer takes it, one new one is asked for and the
page once more; if that is refused too, the refusal stands, the ledger has a hole in its query `session`, and the wall
does what walls do. No imitation of a browser, no rotation, no captcha.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest, NotConfigured

from crawler.appending import FILE_MODE, FOLDER_MODE
from crawler.orders import LOOPBACK_HOSTS, Orders, read_orders

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.night_spider import NightSpider

QUERY = "session"
_PASSPORT_URL = "https://visitor.passport.weibo.cn"
_FORM = {"cb": "visitor_gray_callback", "ver": "20250916", "tid": "", "from": "weibo", "webdriver": "false"}
_JSONP = re.compile(r"visitor_gray_callback\((\{.*\})\)", re.DOTALL)
_GOOD_CODE = 20000000
_WANTS_SESSION = re.compile(rb'"ok"\s*:\s*-100')


@dataclass(frozen=True, slots=True)
class VisitorSession:
    """The cookie's two parts."""

    sub: str
    subp: str

    @property
    def cookie(self) -> str:
        """The Cookie header."""
        return f"SUB={self.sub}; SUBP={self.subp}"


def load_session(path: Path) -> VisitorSession | None:
    """The cookie of an earlier crawl; None where there is none that can be read."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return VisitorSession(str(value["sub"]), str(value["subp"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def save_session(path: Path, session: VisitorSession) -> None:
    """Keep a cookie for the next crawl, for nobody else to read."""
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}")
    file = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(file, "w", encoding="utf-8") as text:
        json.dump(asdict(session), text)
    scratch.replace(path)


def read_new_session(body: str) -> VisitorSession | None:
    """The cookie in an answer of genvisitor2; None where it holds none."""
    match = _JSONP.search(body)
    try:
        value: dict[str, Any] = json.loads(match[1]) if match else {}
        data = value["data"] if value.get("retcode") == _GOOD_CODE else {}
        return VisitorSession(str(data["sub"]), str(data["subp"]))
    except (ValueError, TypeError, KeyError):
        return None


class SessionMiddleware:
    """Sends the cookie, and notices when it is no longer taken, before a wall (stop_at_wall.py) is made of that."""

    def __init__(self, crawler: Crawler, orders: Orders, path: Path) -> None:
        self._crawler = crawler
        self._base = urlsplit(orders.base_url)
        self._path = path
        self._session = load_session(path)
        self._has_worked = False  # since it was taken; a cookie that never worked is not replaced by another

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; left out unless the operator has turned sessions on."""
        orders = read_orders(crawler.settings)
        if orders.session_path is None:
            raise NotConfigured
        return cls(crawler, orders, orders.session_path)

    async def process_request(self, request: Request) -> None:
        """Add the cookie; take one first where there is none."""
        if not self._is_ours(request):
            return
        if self._session is None and not self._is_given_up:
            await self._take()
        if self._session is not None:
            request.headers["Cookie"] = self._session.cookie

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The same request with a new cookie, once; else the response."""
        if not self._is_ours(request):
            return response
        if not wants_session(response, str(request.meta["houxu_kind"])):
            self._has_worked = True
            return response
        if self._can_renew(request) and (self._is_superseded(request) or await self._take()):
            return request.replace(dont_filter=True, meta={**request.meta, "houxu_renewed": True})
        self._give_up("visitor session no longer works")
        return response

    @property
    def _tally(self) -> Any:
        spider: NightSpider = self._crawler.spider  # type: ignore[assignment]
        return spider.ledger.tally(QUERY)

    @property
    def _is_given_up(self) -> bool:
        return bool(self._tally.holes)

    def _is_ours(self, request: Request) -> bool:
        return request.meta.get("houxu_kind") is not None and urlsplit(request.url).netloc == self._base.netloc

    def _is_superseded(self, request: Request) -> bool:
        # Another answer has brought a new cookie while this request was under way.
        return self._session is not None and request.headers.get("Cookie") != self._session.cookie.encode()

    def _can_renew(self, request: Request) -> bool:
        # A cookie from a file was never seen to work in this crawl, but it did in an earlier one.
        is_old = self._has_worked or not self._tally.requested
        return is_old and not request.meta.get("houxu_renewed") and not self._is_given_up

    def _give_up(self, reason: str) -> None:
        if not self._is_given_up:
            self._tally.leave_hole(reason)

    async def _take(self) -> bool:
        is_loopback = self._base.hostname in LOOPBACK_HOSTS
        root = f"{self._base.scheme}://{self._base.netloc}" if is_loopback else _PASSPORT_URL
        form = urlencode(_FORM | {"return_url": f"{self._base.scheme}://{self._base.netloc}/"})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        request = Request(f"{root}/visitor/genvisitor2", method="POST", body=form, headers=headers, dont_filter=True)
        self._tally.requested += 1
        assert self._crawler.engine is not None  # noqa: S101 it runs
        try:
            response = await self._crawler.engine.download_async(request)
        except (IgnoreRequest, OSError) as error:
            self._give_up(f"no visitor session: {error}")
            return False
        session = read_new_session(response.text) if response.status == 200 else None
        if session is None:
            self._give_up(f"no visitor session (http {response.status})")
            return False
        self._session, self._has_worked = session, False
        save_session(self._path, session)
        return True


def wants_session(response: Response, kind: str) -> bool:
    """Whether an answer says that the cookie is not good. A further page (`…+`) wants a login, whatever the cookie."""
    if response.status == 432:
        return True
    is_passport = 300 <= response.status < 400 and b"passport" in (response.headers.get("Location") or b"")
    return is_passport or (not kind.endswith("+") and bool(_WANTS_SESSION.search(response.body[:200])))
