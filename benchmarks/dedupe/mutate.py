"""How copies differ from what they copy."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from benchmarks.dedupe import words as w

TextMaker = Callable[[random.Random, int], str]
SINGLE = (
    "exact",
    "exact",
    "prefix_short",
    "prefix_long",
    "suffix",
    "chain",
    "cut_mild",
    "cut_half",
    "masked",
    "traditional",
    "edits",
)
CHANGES = (*SINGLE, "combination")
NAMES = ("小河", "风信子", "阿木木", "路人甲乙", "Tree_", "晚安星", "一杯热茶", "北岸灯")


@cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("s2t")


def mutate(rng: random.Random, text: str, change: str, make_text: TextMaker) -> str:
    """The text after one change (or two, for a combination)."""
    if change == "combination":
        for one in rng.sample([one for one in SINGLE if one not in ("exact", "cut_half")], 2):
            text = mutate(rng, text, one, make_text)
        return text
    return _CHANGES[change](rng, text, make_text)


def _prefix_short(rng: random.Random, text: str, _make: TextMaker) -> str:
    return rng.choice(w.COMMENT) + rng.choice(("！", "，", " ", "。")) + text


def _prefix_long(rng: random.Random, text: str, make: TextMaker) -> str:
    return make(rng, rng.randint(60, 150)) + text


def _suffix(rng: random.Random, text: str, _make: TextMaker) -> str:
    return (
        text
        + rng.choice((" 转自朋友圈", " 求扩散", "[心]", " @平安江澜 @澜州发布", "#紧急求助#", " …全文"))
        + rng.choice(w.COMMENT)
    )


def _chain(rng: random.Random, text: str, _make: TextMaker) -> str:
    heads = "".join(f"//@{rng.choice(NAMES)}:{rng.choice(w.COMMENT)}" for _ in range(rng.randint(1, 3)))
    return f"{rng.choice(w.COMMENT)}{heads}//@{rng.choice(NAMES)}:{text}"


def _cut_mild(rng: random.Random, text: str, _make: TextMaker) -> str:
    return text[: int(len(text) * rng.uniform(0.75, 0.95))] + "...全文"


def _cut_half(rng: random.Random, text: str, _make: TextMaker) -> str:
    return text[: int(len(text) * rng.uniform(0.45, 0.55))] + "…"


def _masked(rng: random.Random, text: str, _make: TextMaker) -> str:
    mask = rng.choice("*●x")
    text = re.sub(r"(1\d\d)\d{4}(\d{4})", rf"\g<1>{mask * 4}\g<2>", text)
    return re.sub(r"\d{3,}室", f"{mask * 3}室", text)


def _traditional(_rng: random.Random, text: str, _make: TextMaker) -> str:
    return str(_converter().convert(text))


def _edits(rng: random.Random, text: str, make: TextMaker) -> str:
    share, pool, out = rng.uniform(0.05, 0.20), make(rng, 60), []
    for char in text:
        if rng.random() >= share:
            out.append(char)
            continue
        kind = rng.random()
        if kind < 0.6:
            out.append(rng.choice(pool))
        elif kind < 0.8:
            out.append(char + rng.choice(pool))
    return "".join(out)


_CHANGES: dict[str, Callable[[random.Random, str, TextMaker], str]] = {
    "exact": lambda _rng, text, _make: text,
    "prefix_short": _prefix_short,
    "prefix_long": _prefix_long,
    "suffix": _suffix,
    "chain": _chain,
    "cut_mild": _cut_mild,
    "cut_half": _cut_half,
    "masked": _masked,
    "traditional": _traditional,
    "edits": _edits,
}
