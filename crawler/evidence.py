"""Evidence: every request with its answer, as WARC beside the spool (`<spool>/<spider>.warc.gz`, mode 0600).

Bodies are as Scrapy hands them on, after content decoding, so Content-Encoding and Transfer-Encoding are left out and
Content-Length is that of the record. Cookies and credentials are left out, too. Format: ISO 28500 (WARC/1.0) by warcio.
"""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.httpobj import urlparse_cached
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.appending import MemberFile
from crawler.orders import Orders, read_orders

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.http.headers import Headers

    from crawler.night_spider import NightSpider

_LOG = logging.getLogger(__name__)
_QUERY = "evidence"
_LEFT_OUT = frozenset(
    {b"content-encoding", b"transfer-encoding", b"content-length", b"cookie", b"set-cookie", b"authorization"}
)


class EvidenceMiddleware:
    """Stands just after content decoding, so it sees each answer once, also those that are asked for again."""

    def __init__(self, crawler: Crawler, orders: Orders) -> None:
        self._crawler = crawler
        self._orders = orders
        self._file: MemberFile | None = MemberFile(orders.spool / f"{crawler.spidercls.name}.warc.gz")
        if self._file.length == 0:
            self._append(make_info(orders.run_id, orders.read_clock()))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; left out where HOUXU_EVIDENCE is off."""
        if not crawler.settings.getbool("HOUXU_EVIDENCE"):
            raise NotConfigured
        middleware = cls(crawler, read_orders(crawler.settings))
        crawler.signals.connect(middleware.end, signal=signals.spider_closed)
        return middleware

    def end(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def process_response(self, request: Request, response: Response) -> Response:
        """Record both, pictures aside; the response goes on as it is."""
        if request.meta.get("houxu_kind") != "picture":  # crawler.pictures keeps those, each once and by its content
            self._append(make_pair(request, response, self._orders.read_clock()))
        return response

    def _append(self, records: bytes) -> None:
        """Evidence that cannot be written is a hole in the ledger, and no reason to stop reading what people say."""
        if self._file is None:
            return
        try:
            self._file.append(records)
        except OSError as error:
            self._file.close()
            self._file = None
            reason = f"not written any further: {error.strerror}"
            _LOG.error("evidence %s", reason)
            spider: NightSpider | None = self._crawler.spider  # type: ignore[assignment]
            if spider is not None:
                spider.ledger.tally(_QUERY).leave_hole(reason)


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio ships no type information
    """warcio's writer, with its scratch space in memory: raw text is to lie in the spool and nowhere else."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


def make_info(run_id: str, now: datetime) -> bytes:
    """The first record of a file, as one gzip member: who wrote it, and what its bodies are."""
    buffer = io.BytesIO()
    writer = _Writer(buffer, gzip=True, warc_version="1.0")
    info = {
        "software": "houxu (Scrapy, warcio)",
        "format": "WARC File Format 1.0",
        "isPartOf": run_id,
        "description": "bodies after content decoding; Content-Encoding, cookies and credentials are left out",
    }
    record = writer.create_warcinfo_record(None, info)
    record.rec_headers.replace_header("WARC-Date", _stamp(now))
    writer.write_record(record)
    return buffer.getvalue()


def make_pair(request: Request, response: Response, now: datetime) -> bytes:
    """A request and its answer as two gzip members."""
    buffer = io.BytesIO()
    writer = _Writer(buffer, gzip=True, warc_version="1.0")
    dated = {"WARC-Date": _stamp(now)}
    parts = urlparse_cached(request)
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    length = [("Content-Length", str(len(request.body)))] if request.body else []
    asked = StatusAndHeaders(
        f"{request.method} {target} HTTP/1.1",
        [("Host", parts.netloc), *_pairs(request.headers), *length],
        is_http_request=True,
    )
    told = StatusAndHeaders(
        f"{response.status} {_phrase(response.status)}",
        [*_pairs(response.headers), ("Content-Length", str(len(response.body)))],
        protocol="HTTP/1.1",
    )
    question, answer = (io.BytesIO(body) for body in (request.body, response.body))
    writer.write_request_response_pair(
        # What was asked stands in the body where a board is asked by POST: without it its answers are all alike.
        writer.create_warc_record(
            request.url, "request", payload=question, http_headers=asked, warc_headers_dict=dict(dated)
        ),
        writer.create_warc_record(request.url, "response", payload=answer, http_headers=told, warc_headers_dict=dated),
    )
    return buffer.getvalue()


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in headers.items()
        if name.lower() not in _LEFT_OUT
        for value in values
    ]


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in {known.value for known in HTTPStatus} else "-"


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
