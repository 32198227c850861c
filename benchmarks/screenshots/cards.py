"""One post as an app's page: everything around the words (people, times, counters, chatter), chosen by a seed."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from benchmarks.screenshots.grammar import load_grammar
from benchmarks.screenshots.population import Post

SURFACES = ("weibo_detail", "weibo_feed", "pc_card", "moments", "chat", "notes")
WIDTHS = {720: (360, 2.0), 1080: (360, 3.0), 1170: (390, 3.0), 1440: (360, 4.0)}  # physical: (CSS width, ratio)
PC_SIZES = ((600, 1.5), (640, 2.0), (560, 2.0))
FEED_CUT = 140  # characters that a feed shows of a long post

_PIECES = re.compile(r"(\[[一-鿿]{1,3}\]|#[^#\s]{2,20}#)")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where and how a post is shown. `width` is physical pixels; lengths in CSS pixels times `ratio` give those."""

    surface: str
    theme: str
    width: int
    css_width: int
    css_height: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Card:
    """A page to render: its markup, and what of the post it names."""

    frame: Frame
    html: str
    author_name: str | None
    posted_at: str | None


def choose_frame(rng: random.Random, surface: str) -> Frame:
    """A theme and a width; phones are as tall as phones are, and grow with what they show."""
    theme = "dark" if rng.random() < 0.35 else "light"
    if surface == "pc_card":
        css_width, ratio = rng.choice(PC_SIZES)
        return Frame(surface, theme, round(css_width * ratio), css_width, 0, ratio)
    width = rng.choice(list(WIDTHS))
    css_width, ratio = WIDTHS[width]
    return Frame(surface, theme, width, css_width, rng.choice((640, 720, 780, 800)), ratio)


def draw_card(rng: random.Random, post: Post, frame: Frame, comments: int) -> Card:
    """The page; `comments` is how many of them hang below the post where its surface has any."""
    context = make_context(rng, post, frame, comments)
    named = {"moments": context["author"]["name"], "chat": context["sender"], "notes": None}
    html = render_markup(context, frame)
    when = {"moments": context["when"], "chat": None, "notes": None}
    author_name = named.get(frame.surface, post.author_name)
    return Card(frame, html, author_name, when.get(frame.surface, context["shown_at"]))


def make_context(rng: random.Random, post: Post, frame: Frame, comments: int) -> dict[str, Any]:
    """Everything that the templates name; a bag, because that is what a template takes."""
    return _Around(rng, post, frame).context(comments)


def render_markup(context: dict[str, Any], frame: Frame) -> str:
    """The page's HTML."""
    return _template().render(
        c=context,
        surface=frame.surface,
        theme=frame.theme,
        css_width=frame.css_width,
        css_height=frame.css_height,
    )


def write_shown_time(rng: random.Random, posted_at: datetime, seen_at: datetime) -> str:
    """A time as Weibo writes it: the nearer, the vaguer."""
    age = seen_at - posted_at
    clock = f"{posted_at:%H:%M}"
    if age < timedelta(hours=1):
        return f"{max(1, int(age.total_seconds() // 60))}分钟前"
    if seen_at.date() == posted_at.date():
        return rng.choice((f"今天 {clock}", f"{int(age.total_seconds() // 3600)}小时前"))
    if (seen_at.date() - posted_at.date()).days == 1 and rng.random() < 0.6:
        return f"昨天 {clock}"
    month, day = posted_at.month, posted_at.day
    return rng.choice((f"{month}-{day} {clock}", f"{posted_at:%m-%d} {clock}", f"{month}月{day}日 {clock}"))


def split_pieces(written: str) -> list[dict[str, str]]:
    """Plain text, tags and faces, in their order."""
    pieces = []
    for part in _PIECES.split(written):
        if part.startswith("[") and part.endswith("]"):
            pieces.append({"kind": "face", "text": ""})
        elif part:
            kind = "tag" if part.startswith("#") and part.endswith("#") else "plain"
            pieces.append({"kind": kind, "text": part})
    return pieces


@cache
def _template() -> Template:
    folder = Path(__file__).with_name("templates")
    # Not escaped by name alone: every value is text of ours, and a `<` in it must still not become markup.
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined).get_template(
        "cards.html"
    )


@cache
def load_style() -> str:
    """The style sheet of all pages."""
    return (Path(__file__).parent / "templates" / "cards.css").read_text(encoding="utf-8")


class _Around:
    def __init__(self, rng: random.Random, post: Post, frame: Frame) -> None:
        self.rng, self.post, self.frame = rng, post, frame
        lag = rng.choice((timedelta(minutes=3), timedelta(hours=2), timedelta(hours=13), timedelta(days=3)))
        self.seen_at = post.posted_at + lag * rng.uniform(0.3, 2)

    def say(self, symbol: str) -> str:
        return load_grammar().say(self.rng, f"{{{symbol}}}")

    def context(self, comments: int) -> dict[str, Any]:
        shown_at = self._shown_at()
        feed_cut = self.frame.surface == "weibo_feed" and len(self.post.written) > FEED_CUT
        carrier = self.rng.randrange(1, 3)
        talk = [self._turn(is_carrier=position == carrier) for position in range(self.rng.randint(3, 5))]
        return {
            "pieces": split_pieces(self.post.written[:FEED_CUT] if feed_cut else self.post.written),
            "is_cut": feed_cut,
            "author": self._author(shown_at),
            "shown_at": shown_at,
            "when": self._moments_time(),
            "talk": talk,
            "sender": None if talk[carrier]["mine"] else talk[carrier]["name"],
            "comments": [self._comment() for _ in range(comments)],
            "likers": [self.say("wechat") for _ in range(self.rng.randint(0, 6))],
            "above": self._neighbour() if self.rng.random() < 0.6 else None,
            "below": self._neighbour() if self.rng.random() < 0.7 else None,
            **self._device(),
            **self._titles(),
        }

    def _shown_at(self) -> str:
        return write_shown_time(self.rng, self.post.posted_at, self.seen_at)

    def _moments_time(self) -> str:
        return self.rng.choice(("刚刚", f"{self.rng.randint(2, 58)}分钟前", f"{self.rng.randint(1, 20)}小时前", "昨天"))

    def _device(self) -> dict[str, Any]:
        rng = self.rng
        return {
            "clock": f"{self.seen_at:%H:%M}" if rng.random() < 0.8 else f"{self.seen_at:%H:%M} 周{self.say('wk')}",
            "bars": [4, 7, 10, 13][: rng.randint(2, 4)],
            "network": rng.choice(("5G", "4G", "HD", "中国移动 5G")),
            "battery": f"{rng.randint(3, 100)}%" if rng.random() < 0.7 else str(rng.randint(3, 100)),
            "counts": [rng.choice((0, rng.randint(1, 99), rng.randint(100, 9999))) for _ in range(3)],
            "pictures": [self._colours() for _ in range(rng.choice((1, 2, 3)))] if rng.random() < 0.2 else [],
        }

    def _titles(self) -> dict[str, Any]:
        rng, at = self.rng, self.seen_at
        return {
            "region": self.say("city") if rng.random() < 0.5 else None,
            "feed_tabs": rng.choice((("关注", "推荐"), ("推荐", "同城"), ("综合", "实时"))),
            "pc_bar": "大家正在搜" if rng.random() < 0.4 else None,
            "moments_title": rng.choice(("详情", "朋友圈")),
            "group": f"{self.say('group')}({rng.randint(12, 498)})",
            "chat_time": rng.choice((f"{at:%H:%M}", f"昨天 {at:%H:%M}", f"{at.month}月{at.day}日 {at:%H:%M}")),
            "chat_prefix": rng.choice(("", "", "转：", f"转自微博@{self.post.author_name}：\n", "【扩散】\n")),
            "notes_time": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        }

    def _author(self, shown_at: str) -> dict[str, Any]:
        source = self.say("source")
        if self.frame.surface == "moments":
            return {**self._colours(), "square": True, "name": self.say("wechat")}
        return {
            **self._colours(),
            "name": self.post.author_name,
            "when": shown_at + self.rng.choice((f" 来自 {source}", f" 来自{source}", "", " 已编辑")),
            "own": True,
            "vip": self.rng.random() < 0.4,
            "follow": self.rng.random() < 0.5,
        }

    def _neighbour(self) -> dict[str, Any]:
        when = write_shown_time(self.rng, self.seen_at - timedelta(hours=self.rng.randint(1, 60)), self.seen_at)
        return {
            "author": {
                **self._colours(),
                "name": self.say("nick"),
                "when": when,
                "own": False,
                "vip": False,
                "follow": False,
            },
            "text": self.say("everyday"),
            "counts": [self.rng.randint(1, 900) for _ in range(3)],
        }

    def _comment(self) -> dict[str, Any]:
        said_at = self.post.posted_at + (self.seen_at - self.post.posted_at) * self.rng.random()
        symbol = "wechat" if self.frame.surface == "moments" else "nick"
        return {
            **self._colours(),
            "name": self.say(symbol),
            "text": self.say("comment"),
            "when": write_shown_time(self.rng, said_at, self.seen_at)
            + self.rng.choice(("", f" 来自{self.say('city')}")),
            "likes": self.rng.choice(("", self.rng.randint(1, 300))),
        }

    def _turn(self, *, is_carrier: bool) -> dict[str, Any]:
        return {
            **self._colours(),
            "square": True,
            "name": self.say("wechat"),
            "text": self.say("chatter"),
            "carries": is_carrier,
            "mine": self.rng.random() < 0.25,
        }

    def _colours(self) -> dict[str, Any]:
        one, two, three = (
            f"hsl({self.rng.randrange(360)},{self.rng.randint(20, 75)}%,{self.rng.randint(35, 80)}%)" for _ in range(3)
        )
        place = {"x": self.rng.randrange(100), "y": self.rng.randrange(100), "angle": self.rng.randrange(360)}
        return {"one": one, "two": two, "three": three, "square": False, **place}
