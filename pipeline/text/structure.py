"""What the parts of a post are: the writer's own words, the chain below them, tags, links, forms, attributions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.text.normal import NormalText


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the normal text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One earlier writer of a repost chain and the words under his name (empty for the one who is answered)."""

    name: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a help form; `label` is the project's name of it (data/form_fields.tsv)."""

    label: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Where the words come from by the writer's account: kind is from, on_behalf or forwarded; name may be empty."""

    kind: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Structure:
    """A post taken apart; every span counts in the normal text."""

    own: Span
    chain: tuple[ChainLink, ...]
    is_bare_repost: bool
    is_cut: bool
    topics: tuple[Span, ...]
    mentions: tuple[Span, ...]
    links: tuple[Span, ...]
    emoji: tuple[Span, ...]
    fields: tuple[Field, ...]
    attribution: Attribution | None


_NAME = r"[^\s:@/#,，。]{1,30}+"
_CHAIN_HEAD = re.compile(rf"//\s?@(?P<name>{_NAME})\s?:")
_REPLY_HEAD = re.compile(rf"\s*+回复\s?@(?P<name>{_NAME})\s?:")
_CUT = re.compile(r"(?:\.\.\.|…)\s?(?:全文|展开c?|查看全文|显示全部)\s*+\Z")
_BARE = frozenset(
    ("", "转发微博", "转发", "转", "repost", "转发了微博", "快转微博", "轉發微博", "分享微博", "转发帖子")
)
_LONGEST_BARE = 40
_TOPIC = re.compile(r"#([^#\n@]{1,60}+)#")
_MENTION = re.compile(r"@([\w\-·]{1,30}+)")
_LINK = re.compile(r"https?://[!-~]++|O?网页链接|(?<![\w.])t\.cn/\w++", re.ASCII)
_SHORTCODE = re.compile(r"\[[^\[\]\s\d,.]{1,8}\]")
_PICTOGRAPH = "[\u2600-\u27bf\u2b00-\u2bff\u203c\u2049\U0001f000-\U0001faff]"
_EMOJI_SIGN = re.compile(_PICTOGRAPH.replace("[", r"[\[", 1))
_EMOJI = re.compile(rf"\[[^\[\]\s\d,.]{{1,8}}\]|{_PICTOGRAPH}++")
_NOT_WORDS = re.compile(
    rf"https?://[!-~]++|O?网页链接|t\.cn/[A-Za-z0-9]++|@[\w\-·]{{1,30}}+|\[[^\[\]\s\d,.]{{1,8}}\]|{_PICTOGRAPH}++|#"
)
_BRACKET_LABEL = re.compile(r"[【\[〔]([^【】\[\]〔〕\n]{1,20}+)[】\]〕]\s?:?[ \t]*+\n?")
_ASIDE = re.compile(r"\([^()\n]{0,16}\)$")
_LABEL_REACH = 28
# Plain words, so that most texts are passed over at full speed; _FROM reads closer where one of them stands.
_ATTRIBUTING = re.compile(
    "转自|来自|来源|转载|搬运|原博|原帖|原文|出处|图源|via|转:|转发:|转一个"
    "|代发|代朋友发|替朋友发|帮朋友发|代为发布|帮同学发|替人发|帮发|代转|帮转|帮扩|帮忙转"
)
_FROM = re.compile(
    r"(?P<from>转自|来自|来源|转载自|搬运自|原博|原帖|原文|出处|图源|via)\s?:?\s?@?(?P<name>[\w\-·]{2,24}+)?"
    r"|(?P<behalf>代发|代朋友发|替朋友发|帮朋友发|代为发布|帮同学发|替人发|帮发|代转)"
    r"|(?P<forwarded>帮转|帮扩|帮忙转|转发:|转:|转一个|搬运|转载)"
)
# Whose words follow: `@name:` in front of everything but a mark or two. Offices are called upon so, and wrote none.
_QUOTED = re.compile(
    r"[\s【\[(]*(?:(?:转|转发|帮转|帮扩|原博|原文|博主|网友|扩散|急)[】\])\s:,!]*)?@(?P<name>[\w\-·]{2,24}+)\s?:"
)
_OFFICE = re.compile(r"(?:[局委厅办报台网警院社部]|发布|中心|热线|政府|新闻|消防|市长|书记|日报|在线)$")
# `帮忙转` in front is what a person does who hands on a plea; 求大家帮忙转发 is what its author asks for.
_BEFORE = 16
_CLAUSE_END = re.compile(r"[,。!?;\n]")
_IN_FRONT = re.compile(r"\A[^\w\n]*\w{0,4}[^\w\n]*\Z|[(【\[]\Z")
_LINE_OF_ITS_OWN = re.compile(r"\n\s*(?:帮转|帮扩|搬运|转载)\s*(?:\n|\Z)")
_ASKED_FOR = re.compile(r"求|请|麻烦|拜托|希望|谢谢|大家|各位|跪|劳烦|可否|能否|能不能|可以|烦")


def read_structure(normal: NormalText) -> Structure:
    """Take a post apart. Linear in its length."""
    text = normal.text
    own, chain = _read_chain(text)
    is_cut = "全文" in text[-8:] or "展开" in text[-8:] or "显示全部" in text[-8:]
    return Structure(
        own=own,
        chain=chain,
        is_bare_repost=own.text.strip()[:_LONGEST_BARE].lower() in _BARE,
        is_cut=is_cut and _CUT.search(text, max(0, len(text) - 12)) is not None,
        topics=_spans(_TOPIC, text) if "#" in text else (),
        mentions=_spans(_MENTION, text) if "@" in text else (),
        links=_spans(_LINK, text) if "http" in text or "t.cn" in text or "网页链接" in text else (),
        emoji=_spans(_EMOJI, text) if _EMOJI_SIGN.search(text) else (),
        fields=_read_fields(text, own.end),
        attribution=_read_attribution(own),
    )


def plain_words(structure: Structure) -> str:
    """The writer's own text without mentions, links, emoji and the marks of topics (their words stay)."""
    return _NOT_WORDS.sub(" ", structure.own.text).strip()


def _spans(pattern: re.Pattern[str], text: str) -> tuple[Span, ...]:
    return tuple(Span(text=found[0], start=found.start(), end=found.end()) for found in pattern.finditer(text))


def _read_chain(text: str) -> tuple[Span, tuple[ChainLink, ...]]:
    heads = list(_CHAIN_HEAD.finditer(text)) if "//" in text else []
    own_end = heads[0].start() if heads else len(text)
    reply = _REPLY_HEAD.match(text, 0, own_end) if "回复" in text[:8] else None
    links = [ChainLink(name=reply["name"], text="", start=reply.start(), end=reply.end())] if reply else []
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=False):
        links.append(ChainLink(name=head["name"], text=text[head.end() : end].strip(), start=head.start(), end=end))
    own_start = reply.end() if reply else 0
    return Span(text=text[own_start:own_end], start=own_start, end=own_end), tuple(links)


@dataclass(frozen=True, slots=True)
class _Label:
    field: str
    start: int
    value_start: int


def _read_fields(text: str, own_end: int) -> tuple[Field, ...]:
    labels = _bracket_labels(text) + _colon_labels(text)
    if not labels:
        return ()
    labels.sort(key=lambda label: label.start)
    fields: list[Field] = []
    for position, label in enumerate(labels):
        following = labels[position + 1].start if position + 1 < len(labels) else len(text)
        if label.start < own_end:
            following = min(following, own_end)
        end = _value_end(text, label.value_start, following)
        value = text[label.value_start : end].strip(" ,。;:\t")
        fields.append(Field(label=label.field, value=value, start=label.value_start, end=end))
    return tuple(fields)


def _value_end(text: str, start: int, following: int) -> int:
    if following <= start:
        return start
    line_end = text.find("\n", start, following)
    return following if line_end < 0 else line_end


def _bracket_labels(text: str) -> list[_Label]:
    if "【" not in text and "[" not in text and "〔" not in text:
        return []
    labels = []
    for found in _BRACKET_LABEL.finditer(text):
        name = _field_name(found[1].rstrip(": "))
        if name:
            labels.append(_Label(field=name, start=found.start(), value_start=found.end()))
    return labels


def _colon_labels(text: str) -> list[_Label]:
    if ":" not in text:
        return []
    known, ends = _form_fields(), _label_ends()
    labels = []
    colon = text.find(":")
    while colon >= 0:
        end = colon - 1 if colon and text[colon - 1] == " " else colon
        if end and text[end - 1] in ends:
            before = text[max(0, end - _LABEL_REACH) : end]
            words = _ASIDE.sub("", before) if before.endswith(")") else before
            label = _longest_known_end(words)
            if label:
                start = end - len(before) + len(words) - len(label)
                labels.append(_Label(known[label], start, colon + 1 + text.startswith(" ", colon + 1)))
        colon = text.find(":", colon + 1)
    return labels


def _longest_known_end(words: str) -> str:
    """The longest known label that `words` end with (`他的联系电话` ends with 联系电话)."""
    known = _form_fields()
    for length in range(min(len(words), 8), 1, -1):
        if words[-length:] in known:
            return words[-length:]
    return ""


def _field_name(label: str) -> str:
    known = _form_fields()
    return known.get(label) or known.get(re.sub(r"\(.*|\s", "", label)) or ""


@cache
def _label_ends() -> frozenset[str]:
    """The signs that may stand right before a label's colon."""
    return frozenset((")", *(label[-1] for label in _form_fields())))


@cache
def _form_fields() -> dict[str, str]:
    return {row["label"]: row["field"] for _, row in read_table(DATA_DIR / "form_fields.tsv")}


_KINDS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    ("from", lambda found: found["name"] or ""),
    ("behalf", lambda found: ""),
    ("forwarded", lambda found: ""),
)
_KIND_NAMES = {"from": "from", "behalf": "on_behalf", "forwarded": "forwarded"}


def _read_attribution(own: Span) -> Attribution | None:
    quoted = _QUOTED.match(own.text) if "@" in own.text[:16] else None
    if quoted is not None and _OFFICE.search(quoted["name"]) is None:
        return Attribution("from", quoted["name"], own.start + quoted.start("name") - 1, own.start + quoted.end())
    hint = _ATTRIBUTING.search(own.text)
    if hint is None:
        return None
    for found in _FROM.finditer(own.text, hint.start()):
        for group, name_of in _KINDS:
            if found[group] and _IS_MEANT[group](found):
                start = own.start + found.start()
                return Attribution(
                    kind=_KIND_NAMES[group], name=name_of(found), start=start, end=own.start + found.end()
                )
    return None


def _is_source(found: re.Match[str]) -> bool:
    """A source is named with `@` or `:`; `来自武汉` is an origin of a person, not of a text."""
    words = found[0]
    return found["name"] is not None and (
        "@" in words or ":" in words or words.startswith(("转自", "转载自", "搬运自"))
    )


def link_spans(text: str) -> list[tuple[int, int]]:
    """Where the web addresses of a normal text stand."""
    if "http" not in text and "t.cn" not in text:
        return []
    return [(found.start(), found.end()) for found in _LINK.finditer(text)]


def _is_forwarding(found: re.Match[str]) -> bool:
    """The words before tell who is to forward."""
    if _LINE_OF_ITS_OWN.search(found.string):
        return True
    before = found.string[max(0, found.start() - _BEFORE) : found.start()]
    clause = _CLAUSE_END.split(before)[-1]
    return _ASKED_FOR.search(clause) is None and _IN_FRONT.search(found.string[: found.start()]) is not None


_IS_MEANT: dict[str, Callable[[re.Match[str]], bool]] = {
    "from": _is_source,
    "behalf": lambda found: True,
    "forwarded": _is_forwarding,
}
