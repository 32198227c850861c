"""Newcomers that join a case without its other members being read must leave the rows that a walk over it leaves."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dedupe.weights import Weights
from pipeline import assemble, process
from pipeline.joining import join
from tests.process.dumps import differences, read_derived
from tests.process.home import Home, observed, seen_again
from tests.process.scenes import STORY

LATER = "2024-07-20T02:00:00+08:00"
WARDS = ("望溪区", "北汀区", "榆桥区", "东篱区")
NEEDS = ("三天没有做上透析，喘得躺不下", "化疗接不上，已经拖了九天", "降压药断了，头晕得站不住", "摔断了腿，没有车送")
PREFIXES = ("帮转 ", "求扩散！", "还没人管吗！", "看到就转一下吧。", "转自@望溪阿桂 ：")
TALKS = ("现在怎么样了", "做上了吗？", "这个还没有被救", "听说已经解决了", "转发微博", "已联系社区核实", "加油")
ENDINGS = (
    "已经住进医院了，谢谢大家",
    "今天做上了，不用再转了",
    "还在等，没有人来",
    "社区说明天安排",
    "又被送回家了，求求大家",
)


def crowd(seed: int) -> list[dict[str, Any]]:
    """Pleas with copies, reposts, comments, offices, denials, edits, deletions, words of their authors and a round-up,
    in order of time."""
    chance = random.Random(seed)  # noqa: S311 a seed makes the crowd repeatable
    pleas = [
        f"求助！我{chance.choice(['父亲', '母亲', '奶奶'])}{61 + at}岁，住澜州市{ward}，{NEEDS[at]}，"
        f"社区说没有车，联系电话 139{at}0001{at}11，求扩散"
        for at, ward in enumerate(WARDS)
    ]
    lines: list[dict[str, Any]] = []
    for minute in range(90):
        at = chance.randrange(len(pleas))
        when = f"07-{8 + minute // 60:02}T{minute % 60 // 3:02}:{minute % 3 * 20 + at:02}"
        lines.append(_line(chance, pleas[at], f"{at}", when, [one["id"] for one in lines]))
    return [
        *lines,
        *(seen_again(one, "07-11T10:00", text=one.get("text", "") + "\n【更新】已解决") for one in lines[3::29]),
    ]


def _line(chance: random.Random, plea: str, name: str, when: str, known: list[str]) -> dict[str, Any]:
    own = [one for one in known if one.startswith(f"p{name}")]
    native_id = f"p{name}-{len(known)}"
    author = {"author_id": f"a{name}", "author_name": f"家属{name}"}
    if not own:
        return observed(native_id, plea, when, **author)
    stranger = {"author_id": f"s{chance.randrange(40)}"}
    target = chance.choice(own)
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "copy": (chance.choice(PREFIXES) + plea, stranger),
        "cut": (plea[: chance.randrange(30, len(plea))], stranger),
        "repost": (chance.choice(TALKS), {"repost_of": target, **stranger}),
        "answer": (chance.choice((*TALKS, *ENDINGS)), {"reply_to": target, **chance.choice((stranger, author))}),
        "office": ("已转区疾控，正在处理", {"author_kind": "official", "reply_to": target, "author_id": "gov"}),
        "end": (chance.choice(ENDINGS), {"repost_of": own[0], **author}),
        "loose": (chance.choice(ENDINGS), author),
        "again": (f"第{len(known)}次求助：{plea}", author),
    }
    text, more = chance.choice([*kinds.values(), kinds["copy"], kinds["copy"], kinds["repost"]])
    return observed(native_id, text, when, **more)


@contextmanager
def a_large_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is new is added to the index, and not everything linked anew, as in a store of a million."""
    with monkeypatch.context() as patched:
        patched.setattr(Weights, "is_outgrown", lambda self, documents: False)
        yield


def arrive(home: Home, lines: list[dict[str, Any]], sizes: list[int]) -> None:
    """Import and process the lines in parts of these sizes."""
    start = 0
    for size in sizes:
        home.settle(*lines[start : start + size], now=LATER)
        start += size


def parts_of(count: int, seed: int) -> list[int]:
    """Sizes of parts, the first one large."""
    chance = random.Random(seed)  # noqa: S311 as above
    sizes = [count // 3]
    while sum(sizes) < count:
        sizes.append(min(chance.randrange(3, 19), count - sum(sizes)))
    return sizes


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_who_joins_leaves_what_a_walk_over_the_case_leaves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A large store would tell other statuses, roles and stale copies than a small one."""
    lines = [*crowd(seed), *STORY, *crowd(seed + 10)] if seed % 2 else crowd(seed)
    lines = list({one["id"] + one["observed_at"]: one for one in lines}.values())
    sizes = parts_of(len(lines), seed)
    joining, walking = Home(tmp_path / "joining"), Home(tmp_path / "walking")
    joined: list[int] = []

    def join_and_count(*given: Any) -> int:
        joined.append(join.join_newcomers(*given))
        return joined[-1]

    for home in (joining, walking):
        (home.folder / "var").mkdir(parents=True)
        (home.folder / "var" / "houxu.key").write_bytes(b"k" * 32)
    with a_large_store(monkeypatch):
        with monkeypatch.context() as patched:
            patched.setattr(process, "join_newcomers", join_and_count)
            arrive(joining, lines, sizes)
        with monkeypatch.context() as patched:
            patched.setattr(process, "join_newcomers", lambda *_: 0)
            patched.setattr(assemble, "find_quiet", lambda *_: {})
            arrive(walking, lines, sizes)
    assert differences(read_derived(walking.db), read_derived(joining.db)) == []
    assert sum(joined) > len(lines) // 10
