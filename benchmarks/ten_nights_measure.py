"""What ten nights saw, beside what the world knows."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from benchmarks.ten_nights_run import WINDOW_HOURS, Ran, night_at
from crawler.replica.question import Question
from crawler.replica.surfaces import answer_question, find_endpoint
from crawler.replica.world import World, load_world, read_native_ids

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Update:
    """Words that an author wrote, and the first night that could read them: was the case spreading then?"""

    native_id: str
    form: str
    at: datetime
    night: int
    is_spreading: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What can be seen: pleas that a night could find, updates that a night could read."""

    pleas: frozenset[str]
    updates: tuple[Update, ...]


@dataclass(frozen=True, slots=True)
class NightFigures:
    """One night: requests, and updates of spreading cases that were due and those seen in time."""

    night: int
    requests: int
    due: int
    in_time: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All nights of one way."""

    requests: int
    pleas_found: float
    in_time_spreading: float
    in_time_all: float
    seen_at_last: float
    updates_seen: int
    handed_over_twice: int
    same_page_twice: int
    refetched: int
    nights: tuple[NightFigures, ...]

    @property
    def requests_per_update(self) -> float:
        """Requests of all nights by updates seen by the last one."""
        return self.requests / max(1, self.updates_seen)


def read_wanted(folder: Path, nights: Sequence[int]) -> Wanted:
    """What the nights of a world could see."""
    world = load_world(folder)
    ids = read_native_ids(world)
    truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    carried: dict[str, list[datetime]] = defaultdict(list)
    for truth in truths:
        if truth["kind"] == "carrier":
            carried[truth["of"]].append(datetime.fromisoformat(truth["at"]))
    gone = {night: _gone_at(world, night) for night in nights}
    pleas, updates = set(), []
    for truth in truths:
        at = datetime.fromisoformat(truth["at"])
        night = next((number for number in nights if night_at(number) >= at), None)
        if night is None or truth["kind"] == "carrier":
            continue
        native_id = ids[truth["id"]]
        if truth["kind"] == "plea" and native_id not in gone[night]:
            pleas.add(native_id)
        on = ids[truth["of"]] if truth.get("form") in ("comment", "edit") else native_id
        if truth["kind"] == "update" and on not in gone[night]:
            now = night_at(night)
            is_spreading = any(now - _DAY < moment <= now for moment in carried[truth["of"]])
            updates.append(Update(native_id, truth["form"], at, night, is_spreading))
    return Wanted(frozenset(pleas), tuple(updates))


def measure(ran: Ran, wanted: Wanted, world: Path, nights: Sequence[int]) -> Figures:
    """The figures of a way that ran."""
    conn = sqlite3.connect(f"file:{ran.db}?mode=ro", uri=True)
    first_seen = {row[0].split(":", 1)[1]: _moment(row[1]) for row in conn.execute(_FIRST_SEEN)}
    edits = [(row[0].split(":", 1)[1], _moment(row[1]), _moment(row[2])) for row in conn.execute(_EDITS)]
    conn.close()
    seen_edits: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for native_id, edited_at, observed_at in edits:
        seen_edits[native_id].append((edited_at, observed_at))
    seen = {update: _seen_at(update, first_seen, seen_edits) for update in wanted.updates}
    in_time = {update for update, moment in seen.items() if moment and moment <= night_at(update.night)}
    spreading = [update for update in wanted.updates if update.is_spreading]
    by_night = tuple(
        NightFigures(
            night,
            ran.requests[at],
            sum(update.night == night for update in spreading),
            sum(update.night == night and update in in_time for update in spreading),
        )
        for at, night in enumerate(nights)
    )
    return Figures(
        requests=sum(ran.requests),
        pleas_found=_share(sum(plea in first_seen for plea in wanted.pleas), len(wanted.pleas)),
        in_time_spreading=_share(sum(update in in_time for update in spreading), len(spreading)),
        in_time_all=_share(len(in_time), len(seen)),
        seen_at_last=_share(sum(moment is not None for moment in seen.values()), len(seen)),
        updates_seen=sum(moment is not None for moment in seen.values()),
        handed_over_twice=sum(_count_twice(path) for path in ran.folder.glob("var/spool/*/*.jsonl.gz")),
        same_page_twice=sum(_count_repeats(line.split("\t", 1)[1] for line in night) for night in ran.asked),
        refetched=count_refetched(ran.asked, load_world(world), nights),
        nights=by_night,
    )


_FIRST_SEEN = "SELECT post_id, MIN(observed_at) FROM observations WHERE availability = 'visible' GROUP BY post_id"
_EDITS = "SELECT post_id, edited_at, MIN(observed_at) FROM observations WHERE edited_at IS NOT NULL GROUP BY 1, 2"


def _seen_at(
    update: Update, first_seen: dict[str, datetime], edits: dict[str, list[tuple[datetime, datetime]]]
) -> datetime | None:
    if update.form == "edit":
        return min((seen for edited_at, seen in edits[update.native_id] if edited_at >= update.at), default=None)
    return first_seen.get(update.native_id)


def count_refetched(asked: Iterable[Sequence[str]], world: World, nights: Sequence[int]) -> int:
    """List pages that told nothing: not the first of their list, every entry older than the window and served to us
    before just as it is now. Comments count from their first page on, since a post's counter says whether to ask.
    """
    served: dict[str, str] = {}
    refetched = 0
    for number, night in zip(nights, asked, strict=True):
        scene = world.at(night_at(number))
        window_start = night_at(number) - timedelta(hours=WINDOW_HOURS)
        for line in night:
            parts = urlsplit(line.split("\t")[2])
            parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
            endpoint = find_endpoint(parts.path, parameters)
            if endpoint not in ("search", "timeline", "comments"):
                continue
            answer = answer_question(endpoint, parts.path, Question(scene, parameters, "login", "http://replica"))
            entries = list(_entries(json.loads(answer.body)))
            is_old = all(at < window_start and served.get(entry_id) == said for entry_id, said, at in entries)
            is_further = endpoint == "comments" or parameters.get("since_id") or parameters.get("page", "1") != "1"
            refetched += bool(entries and is_old and is_further)
            served.update((entry_id, said) for entry_id, said, _at in entries)
    return refetched


def _entries(value: dict[str, Any]) -> Iterator[tuple[str, str, datetime]]:
    data = value.get("data") or {}
    for card in data.get("cards") or []:
        for inner in [card, *card.get("card_group", [])]:
            if mblog := inner.get("mblog"):
                said = json.dumps([mblog["text"], mblog.get("edit_at"), mblog["comments_count"]], ensure_ascii=False)
                yield str(mblog["id"]), said, _read_time(mblog["created_at"])
    for comment in data.get("data") or []:
        replies = comment.get("comments") or []
        yield str(comment["id"]), f"{comment['text']}{len(replies)}", _read_time(comment["created_at"])


def _gone_at(world: World, night: int) -> set[str]:
    return {native_id for native_id, post in world.at(night_at(night)).posts.items() if post.gone}


def _count_twice(path: Path) -> int:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return _count_repeats(json.loads(line)["id"] for line in lines)


def _count_repeats(values: Iterable[str]) -> int:
    return sum(count - 1 for count in Counter(values).values())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _read_time(text: str) -> datetime:
    return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")
