"""A corpus with known clusters: invented posts, their mutated copies, and forms that different persons filled in."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, count

from benchmarks.dedupe import words as w
from benchmarks.dedupe.mutate import CHANGES, mutate
from benchmarks.phones import phone_of

TEMPLATE_SHARE = 0.25
LARGEST_SHARE = 0.012
_numbers = count()
"""Every person has a phone of their own."""


@dataclass(frozen=True, slots=True)
class Post:
    """One generated post: the true cluster, the form it was filled into (-1: none), the change that made it."""

    text: str
    cluster: int
    template: int
    change: str


@cache
def bigram_words() -> tuple[list[str], list[float]]:
    """Common Chinese words of jieba's dictionary with cumulated frequencies."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    found = [(word, times) for word, times in jieba.dt.FREQ.items() if times > 40 and 1 < len(word) < 4]
    chinese = sorted((word, times) for word, times in found if all("一" <= char <= "鿿" for char in word))
    return [word for word, _ in chinese], list(accumulate(times**0.75 for _, times in chinese))


@cache
def _favourites(word: str) -> tuple[str, ...]:
    vocabulary, cumulated = bigram_words()
    return tuple(random.Random(word).choices(vocabulary, cum_weights=cumulated, k=12))


def bigram_text(rng: random.Random, characters: int) -> str:
    """Words in which each word has twelve favourite successors: texts share phrases as real ones do."""
    vocabulary, cumulated = bigram_words()
    parts: list[str] = []
    length, word = 0, rng.choices(vocabulary, cum_weights=cumulated)[0]
    while length < characters:
        parts.append(word)
        length += len(word)
        if rng.random() < 0.18:
            parts.append("，，，。！"[int(rng.random() * 5)])
        if rng.random() < 0.35:
            word = rng.choices(vocabulary, cum_weights=cumulated)[0]
        else:
            word = _favourites(word)[int(rng.random() * 12)]
    return "".join(parts) + "。"


def story(rng: random.Random) -> str:
    """A few sentences of trouble."""
    return "，".join(rng.sample(w.DONE, rng.randint(2, 4))) + f"，急需{rng.choice(w.NEED)}。"


def place_name(rng: random.Random) -> str:
    """An invented street or estate."""
    return "".join(rng.choices(w.PLACE_CHARS, k=2)) + rng.choice(w.PLACE_ENDS)


def person(rng: random.Random) -> dict[str, str]:
    """The facts of one invented person."""
    phone = phone_of(next(_numbers))
    return {
        "name": rng.choice(w.SURNAMES) + "".join(rng.choices(w.GIVEN, k=rng.choice((1, 2, 2)))),
        "age": str(rng.randint(3, 95)),
        "phone": phone,
        "place": place_name(rng),
        "place2": place_name(rng),
        "house": f"{rng.randint(1, 40)}栋{rng.randint(1, 6)}单元{rng.randint(1, 30)}0{rng.randint(1, 9)}室",
        "kin": rng.choice(w.KIN),
        "ill": rng.choice(w.ILL),
        "need": rng.choice(w.NEED),
    }


def make_template(rng: random.Random, family: str) -> tuple[str, ...]:
    """A form or a prose frame with its own boilerplate; {…} are the person's."""
    boiler = bigram_text(rng, rng.randint(20, 70))
    if rng.random() < 0.4:
        return (rng.choice(w.PROSE[family]), story(rng) + boiler)
    labels, (left, right) = rng.choice(w.LABELS[family]), rng.choice(w.BRACKETS[family])
    slots = ("{name}", "{age}", "{place}{place2}{house}", "{phone}", "{story}")
    lines = [f"{left}{label}{right}{slot}" for label, slot in zip(labels, slots, strict=True)]
    return (rng.choice(("\n", "，", " ")).join(lines) + rng.choice(w.PLEAD), story(rng) + boiler)


def fill(rng: random.Random, template: tuple[str, ...]) -> str:
    """The template filled for a new person; half of them add a few words of their own."""
    frame, boiler = template
    own = bigram_text(rng, rng.randint(6, 24)) if rng.random() < 0.5 else ""
    return frame.format(**person(rng), story=boiler + own)


def base_text(rng: random.Random) -> str:
    """A plea of its own: bigram text, often with a person's facts."""
    text = bigram_text(rng, max(12, int(rng.lognormvariate(4.4, 0.55))))
    if rng.random() < 0.35:
        who = person(rng)
        text = rng.choice(w.PROSE["a"] + w.PROSE["b"]).format(**who, story=text)
    if rng.random() < 0.3:
        text += rng.choice(w.PLEAD)
    return text


def cluster_size(rng: random.Random, largest: int) -> int:
    """Heavy tail: most posts stand alone or have one copy."""
    return min(largest, int(rng.paretovariate(1.15)))


def corpus(posts: int, seed: int, family: str) -> list[Post]:
    """`posts` posts in random order; the same seed gives the same corpus."""
    global _numbers  # noqa: PLW0603 - each corpus numbers its phones from the start
    _numbers = count(seed)
    rng = random.Random(f"{seed}/{family}")
    templates = [make_template(rng, family) for _ in range(max(20, int(200 * (posts / 1e6) ** 0.5)))]
    largest = max(8, int(posts * LARGEST_SHARE))
    out: list[Post] = []
    cluster = 0
    for size in (largest, largest // 2, largest // 3):
        out += copies(rng, base_text(rng) + base_text(rng), size, (cluster, -1))
        cluster += 1
    in_templates = int(posts * TEMPLATE_SHARE)
    while in_templates > 0:
        template = rng.randrange(len(templates))
        made = copies(
            rng, fill(rng, templates[template]), min(in_templates, cluster_size(rng, 30)), (cluster, template)
        )
        out.extend(made)
        cluster, in_templates = cluster + 1, in_templates - len(made)
    while len(out) < posts:
        size = min(posts - len(out), cluster_size(rng, largest))
        out += copies(rng, base_text(rng), size, (cluster, -1))
        cluster += 1
    rng.shuffle(out)
    return out


def copies(rng: random.Random, text: str, size: int, place: tuple[int, int]) -> list[Post]:
    """The original and size - 1 changed copies of it."""
    cluster, template = place
    out = [Post(text, cluster, template, "original")]
    for _ in range(size - 1):
        change = rng.choice(CHANGES)
        out.append(Post(mutate(rng, text, change, bigram_text), cluster, template, change))
    return out
