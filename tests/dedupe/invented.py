"""Small invented corpora for the tests of dedupe."""

from __future__ import annotations

import random

import numpy as np

from dedupe.clusters import cluster
from dedupe.craft import Craft
from dedupe.link import link_reading
from dedupe.parameters import Parameters
from dedupe.reading import Batch, read_batch
from dedupe.weights import prior_weights

CHARACTERS = (
    "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜"
    "金生丽水玉出昆冈剑号巨阙珠称夜光果珍李柰菜重芥姜海咸河淡鳞潜羽翔"
)
PLEA = (
    "我父亲张伟国今年67岁，家住青禾路榆园小区3栋2单元501室，透析已经停了三天，"
    "医院说没有床位，社区让等通知，电话13900001234，求大家帮忙扩散"
)
NAMES = ("张伟国", "李小梅", "王建军", "赵德柱")
CRAFT = Craft(Parameters(), prior_weights())


def texts_of(seed: int, count: int) -> list[str]:
    """Invented posts with cut, edited, commented and form-filled copies among them."""
    rng = random.Random(seed)  # noqa: S311 - invented text
    bases = ["".join(rng.choices(CHARACTERS, k=rng.randint(12, 80))) for _ in range(max(2, count // 4))]
    form = "".join(rng.choices(CHARACTERS, k=40))
    return [_one(rng, bases, form) for _ in range(count)]


def _one(rng: random.Random, bases: list[str], form: str) -> str:
    text = rng.choice(bases)
    if rng.random() < 0.4:
        phone = f"1390000{rng.choice((1234, 5678, 9999))}"
        text = f"姓名：{rng.choice(NAMES)}，年龄：{rng.choice((61, 67, 72))}岁，{form}电话{phone}"
    if rng.random() < 0.3:
        text = text[: rng.randint(len(text) // 2, len(text))]
    if rng.random() < 0.3:
        text = "".join(rng.choice(CHARACTERS) if rng.random() < 0.1 else char for char in text)
    return rng.choice(bases)[:30] + text if rng.random() < 0.2 else text


def labels_of(texts: list[str]) -> list[int]:
    """Clusters of some texts with the weights of a small store."""
    reading = read_batch(Batch(texts))
    links = link_reading(reading, CRAFT.parameters, CRAFT.weights)
    return [int(label) for label in cluster(reading, links, CRAFT)]


def partition(names: list[int], labels: np.ndarray) -> set[frozenset[int]]:  # type: ignore[type-arg]
    """Clusters as sets of names."""
    groups: dict[int, set[int]] = {}
    for name, label in zip(names, labels.tolist(), strict=True):
        groups.setdefault(label, set()).add(name)
    return {frozenset(group) for group in groups.values()}
