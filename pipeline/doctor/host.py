"""Checks of the site: one request for its robots.txt tells whether we may read there, and what time it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from protego import Protego

from pipeline.doctor.files import is_loopback
from pipeline.doctor.finding import Finding
from pipeline.settings import CrawlSettings

AGENT = "houxu"
PAGES = ("/api/container/getIndex", "/statuses/show", "/comments/hotflow", "/detail/1")
TIMEOUT_SECONDS = 20
LARGEST_SKEW_SECONDS = 120
_MAX_BYTES = 512_000  # RFC 9309: at least 500 KiB are to be read
_ROBOTS = "robots.txt"


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What a host said. `status` is None where it did not answer, `said` then tells why; `date` is its clock."""

    status: int | None
    body: str
    date: datetime | None
    said: str = ""


def check_host(crawl: CrawlSettings, manners_path: Path, now: datetime) -> Iterator[Finding]:
    """Ask the host once, unless it is to be left alone or does not know whom to call."""
    resting = list(check_manners(manners_path, now, crawl.daily_budget))
    yield from resting
    host = urlsplit(crawl.base_url).netloc
    if any(not one.is_fine and host in one.told for one in resting):
        yield Finding(_ROBOTS, f"{host} 在冷却期，没有去问 / not asked: in cool-down")
    elif not crawl.contact and not is_loopback(crawl):
        yield Finding(_ROBOTS, "没有联系方式，没有去问 / not asked without a contact")
    else:
        answer = fetch_robots(crawl)
        yield check_robots(crawl.base_url, answer)
        yield from check_host_clock(answer, now)


def check_host_from_afar(crawl: CrawlSettings, manners_path: Path, now: datetime) -> Iterator[Finding]:
    """What can be said without asking."""
    yield from check_manners(manners_path, now, crawl.daily_budget)


def fetch_robots(crawl: CrawlSettings) -> RobotsAnswer:
    """One polite GET of the host's robots.txt."""
    agent = f"{AGENT}/0.1 (follow-up of public pleas for help) {crawl.contact}".strip()
    request = Request(f"{crawl.base_url.rstrip('/')}/robots.txt", headers={"User-Agent": agent})  # noqa: S310 configured
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 the configured site
            body = answer.read(_MAX_BYTES).decode("utf-8", "replace")
            return RobotsAnswer(answer.status, body, _read_date(answer.headers.get("Date")))
    except HTTPError as error:
        with error:
            return RobotsAnswer(error.code, "", _read_date(error.headers.get("Date")))
    except (OSError, HTTPException, ValueError) as error:
        return RobotsAnswer(None, "", None, str(error))


def check_robots(base_url: str, answer: RobotsAnswer) -> Finding:
    """Whether our pages may be fetched: RFC 9309, as the crawler keeps it (4xx allows, 5xx and silence forbid)."""
    host = urlsplit(base_url).netloc
    whose = "由运营者决定：官方接口、导入文件 / the operator's decision: official API, import of files"
    if answer.status is None:
        return Finding(
            _ROBOTS, f"{host} 没有回答：{answer.said} / no answer", "看网络与 base_url / check network, base_url"
        )
    if answer.status >= 500:
        return Finding(_ROBOTS, f"{host} 回答 {answer.status}，按禁止处理 / means no", "过些时候再试 / try again later")
    if answer.status != 200:
        return Finding(_ROBOTS, f"{host} 没有 robots.txt（{answer.status}），视为允许 / none: allowed")
    rules = Protego.parse(answer.body)
    forbidden = [page for page in PAGES if not rules.can_fetch(f"{base_url.rstrip('/')}{page}", AGENT)]
    if forbidden:
        return Finding(_ROBOTS, f"{host} 不允许 {'、'.join(forbidden)}，不会去读 / forbidden, will not be read", whose)
    return Finding(_ROBOTS, f"{host} 允许 / allows the pages that we read")


def check_host_clock(answer: RobotsAnswer, now: datetime) -> Iterator[Finding]:
    """Our clock against the host's; without a Date nothing is said."""
    if answer.date is None:
        return
    skew = (now - answer.date).total_seconds()
    told = f"与网站相差 {skew:+.0f} 秒 / seconds against the host's Date"
    fix = "校准系统时间 / set the clock: timedatectl set-ntp true"
    yield Finding("时钟 clock", told, fix if abs(skew) > LARGEST_SKEW_SECONDS else "")


def check_manners(path: Path, now: datetime, budget: int) -> Iterator[Finding]:
    """Hosts in cool-down and budgets used up (`var/manners.json`, written by the crawler)."""
    name = "礼貌 manners"
    try:
        hosts = json.loads(path.read_text(encoding="utf-8"))["hosts"] if path.is_file() else {}
        resting = [(host, one) for host, one in hosts.items() if _rests(one["rest_until"], now)]
        spent = [host for host, one in hosts.items() if one["asked"] >= budget]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        yield Finding(name, f"{path} 读不出 / cannot be read ({error})", "修好或删除 / mend or remove it")
        return
    for host, one in resting:
        told = f"{host} 冷却到 {one['rest_until']}（{one['reason']}） / in cool-down until then"
        yield Finding(name, told, "等到那时；不要换网络硬闯 / wait; do not go round it")
    if spent:
        yield Finding(name, f"{'、'.join(spent)} 最近一天的额度已用完 / that day's budget is used up")
    if not resting:
        yield Finding(name, "没有网站在冷却期 / no host is in cool-down")


def _rests(until: str | None, now: datetime) -> bool:
    return until is not None and now < datetime.fromisoformat(until)


def _read_date(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
