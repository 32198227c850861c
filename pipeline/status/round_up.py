"""Does a round-up say itself that one of its items has ended?"""

from __future__ import annotations

import re

from pipeline.status.reading import Context, read_words
from pipeline.text.normal import normalise

_SIGNS = re.compile(r"[\W_]+")
_SIGN = "✅✔☑"
# A number begins an item, and a sign right before it belongs to it.
_ITEM_HEAD = re.compile(
    rf"\n|(?=[①-⑳❶-❿])|(?=[{_SIGN}]\s*\d{{1,2}}[、.．)）])|(?=(?<![\d{_SIGN}])\d{{1,2}}[、.．)）](?!\d))|(?=【)"
)
_DONE_SIGNS = re.compile(r"✅|✔|☑|\[?已(?:解决|完成|送医|入院|收治|住院|获救|找到|结束|办结|妥善|脱险|撤离|转移|透析)")
# 打✅的已解决, 没打✅的请继续帮忙: says what the sign means, not what has ended.
_LEGEND = re.compile(rf"打[{_SIGN}]|[{_SIGN}]的|标[{_SIGN}]")
_GOES_ON = re.compile(r"[（(【\[]?(?:更新|进展|后续|反馈|最新|结果)")
_GRAM = 4
_ENDS = frozenset({"resolved", "closed", "withdrawn"})


def marks_item_done(round_up: str, plea_text: str, quote: str) -> bool:
    """Whether the item of the round-up that is most like the plea carries a sign or words that it has ended.

    Where the plea's text has been purged no item can be named: then any sign of an end counts.
    """
    items = [item for item in _ITEM_HEAD.split(normalise(round_up).text) if item.strip()]
    wanted = _grams(plea_text)
    if not wanted:
        return any(_is_done(item, quote) for item in items)
    shared = [len(_grams(item) & wanted) for item in items]
    best = max(shared, default=0)
    return any(
        _is_done(piece, quote)
        for place, piece in enumerate(items)
        if best and (shared[place] == best or (place > 0 and shared[place - 1] == best and _is_tail(piece)))
    )


def _is_done(item: str, quote: str) -> bool:
    if _LEGEND.search(item):
        return False
    own = _DONE_SIGNS.search(item) is not None or (len(quote) >= _GRAM and quote in item)
    return own or read_words(item, Context()).kind in _ENDS


def _is_tail(item: str) -> bool:
    """Whether a line only goes on with the item above: a sign in a line of its own, or 更新：…."""
    return len(_SIGNS.sub("", item)) <= 2 * _GRAM or _GOES_ON.match(item.strip()) is not None


def _grams(text: str) -> set[str]:
    bare = _SIGNS.sub("", normalise(text).text)
    return {bare[start : start + _GRAM] for start in range(len(bare) - _GRAM + 1)}
