"""HTML of a post to the text that its reader sees. Source of the shapes: reference notes on m.weibo.cn and
weibo.com."""

from __future__ import annotations

import html
import re

# A tag of a post is a name with `attribute=value` pairs. A bare `<b and c>` in a plain text is no tag.
_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)
        (?P<attributes>(?:\s++[\w:@.\-]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++)))*+)
        \s*+/?>""",
    re.VERBOSE,
)
_TAGS = """
a abbr article b big blockquote body br button center code dd div dl dt em embed figure font footer form h1 h2
h3 h4 h5 h6 head header hr html i iframe img input label li link main meta nav object ol option p pre s script
section select small source span strong style sub sup table tbody td template textarea tfoot th thead title tr
tt u ul video
"""
_KNOWN = frozenset(_TAGS.split())
_BREAKS = frozenset(
    ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article", "hr")
)
_SILENT = frozenset(("script", "style", "head", "template"))
_ALT = re.compile(r"""\balt\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>/]++))""")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,8}\d?);")


def html_to_text(raw: str) -> str:
    """The text of a post's HTML; plain text passes through unharmed (`a<b`, `<3`, `A&B`).

    `<br>` and the ends of blocks are newlines, an image is its `alt` (`[允悲]`), a link is its words; scripts,
    styles and comments are dropped. Linear in the length of `raw`.
    """
    if "<" not in raw and "&" not in raw:
        return raw
    pieces: list[str] = []
    position = 0
    while (start := raw.find("<", position)) >= 0:
        pieces.append(_unescape(raw[position:start]))
        position = _read_markup(raw, start, pieces)
    pieces.append(_unescape(raw[position:]))
    return "".join(pieces)


def _read_markup(raw: str, start: int, pieces: list[str]) -> int:
    """Read what begins with the `<` at `start`, add its text to `pieces`, return where reading goes on."""
    if raw.startswith("<!--", start):
        return _after(raw, "-->", start)
    tag = _TAG.match(raw, start)
    name = tag["name"].lower() if tag else ""
    if tag is None or name not in _KNOWN:
        pieces.append("<")
        return start + 1
    if name in _SILENT and not tag["close"]:
        return _after_element(raw, name, tag.end())
    pieces.append(_words_of_tag(name, tag))
    return tag.end()


def _words_of_tag(name: str, tag: re.Match[str]) -> str:
    if name == "img":
        alt = _ALT.search(tag["attributes"])
        return html.unescape(next(filter(None, alt.groups()), "")) if alt else ""
    if name in _BREAKS:
        is_start_of_block = name not in ("br", "hr") and not tag["close"]
        return "" if is_start_of_block else "\n"
    return ""


def _after(raw: str, end_mark: str, start: int) -> int:
    end = raw.find(end_mark, start)
    return len(raw) if end < 0 else end + len(end_mark)


def _after_element(raw: str, name: str, start: int) -> int:
    end = re.compile(rf"</{name}\s*+>", re.IGNORECASE).search(raw, start)
    return end.end() if end else len(raw)


def _unescape(text: str) -> str:
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
