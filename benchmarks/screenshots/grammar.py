"""Invented pleas, people and chatter, out of a context-free grammar (grammar.toml) and a seed."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗梁郑谢宋唐韩曹许邓萧冯程蔡彭潘袁董余苏叶吕"
    "魏蒋田杜丁沈姜范傅钟卢汪戴崔陆廖姚邱夏谭"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰梅红建国志文斌辉玲秀珍凤春生海"
    "燕晓东云峰雪琴宝福成龙旭鹏晨曦佳怡梓涵宇轩浩然思远若溪"
)
KIN = {
    "父亲": (48, 80), "母亲": (46, 80), "爸爸": (48, 80), "妈妈": (46, 80), "丈夫": (26, 70), "爱人": (26, 70),
    "爷爷": (66, 96), "奶奶": (66, 96), "外公": (66, 96), "外婆": (66, 96), "儿子": (2, 40), "女儿": (2, 40),
    "哥哥": (20, 70), "姐姐": (20, 70), "弟弟": (8, 60), "舅舅": (40, 75), "公公": (55, 88), "婆婆": (55, 88),
}  # fmt: skip

_SLOT = re.compile(r"\{([a-z_]\w*|\d+-\d+)\}")
_EMOTICON = re.compile(r"\[[一-鿿]{1,3}\]")
_BREAKS = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Person:
    """The facts that tell one plea's person from another's."""

    name: str
    age: str
    phone: str
    address: str
    kin: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """Symbols with their alternatives, and the scenes: lists of symbols that a story draws its sentences from."""

    symbols: dict[str, tuple[str, ...]]
    scenes: dict[str, tuple[str, ...]]

    def say(self, rng: random.Random, text: str) -> str:
        """The text with every slot filled; the facts of a person ({NAME} …) stay as they are."""
        while slots := _SLOT.search(text):
            text = f"{text[: slots.start()]}{self._fill(rng, slots[1])}{text[slots.end() :]}"
        return text

    def _fill(self, rng: random.Random, slot: str) -> str:
        if slot in self.symbols:
            return rng.choice(self.symbols[slot])
        low, high = slot.split("-")
        return str(rng.randint(int(low), int(high)))


@cache
def load_grammar() -> Grammar:
    """The grammar beside this module.

    Raises:
        KeyError: an alternative names a symbol that isn't there.
    """
    value = tomllib.loads(Path(__file__).with_name("grammar.toml").read_text(encoding="utf-8"))
    symbols = {name: tuple(alternatives) for name, alternatives in value["symbol"].items()}
    for alternatives in symbols.values():
        for slot in _SLOT.findall("".join(alternatives)):
            if not slot[0].isdecimal():
                symbols[slot]
    return Grammar(symbols, {name: tuple(parts) for name, parts in value["scene"].items()})


def make_person(rng: random.Random, phone: str) -> Person:
    """Somebody in need."""
    kin = rng.choice(list(KIN))
    return Person(make_name(rng), str(rng.randint(*KIN[kin])), phone, make_address(rng), kin)


def make_name(rng: random.Random) -> str:
    """Surname and given name."""
    return rng.choice(SURNAMES) + "".join(rng.choices(GIVEN, k=rng.choice((1, 2, 2))))


def make_address(rng: random.Random) -> str:
    """A home in a place that does not exist."""
    house = rng.choice(
        (
            f"{rng.randint(1, 46)}栋{rng.randint(1, 6)}单元{rng.randint(1, 32)}0{rng.randint(1, 9)}室",
            f"{rng.randint(1, 46)}号楼{rng.randint(1, 32)}0{rng.randint(1, 9)}",
            f"{rng.randint(1, 46)}-{rng.randint(1, 6)}-{rng.randint(1, 32)}0{rng.randint(1, 9)}",
        )
    )
    kind = rng.choice(("{district}{estate}" + house, "{district}{road}{estate}" + house, "{district}{village}"))
    return load_grammar().say(rng, rng.choice(("", "{city}", "{city}市")) + kind)


def write_plea(rng: random.Random) -> str:
    """A plea as prose, with the slots of its person's facts."""
    grammar = load_grammar()
    scene = rng.choice(list(grammar.scenes))
    known = sorted({sentence for part in grammar.scenes[scene] for sentence in grammar.symbols[part]})
    sentences = [grammar.say(rng, sentence) for sentence in rng.sample(known, min(len(known), _length(rng)))]
    sentences.insert(rng.randint(0, min(2, len(sentences))), grammar.say(rng, "{person}"))
    sentences += [grammar.say(rng, "{ask}") for _ in range(rng.choice((0, 1, 1, 2)))]
    if rng.random() < 0.85:
        sentences.insert(rng.randint(len(sentences) // 2, len(sentences)), grammar.say(rng, "{contact}"))
    story = "".join(sentence + grammar.say(rng, rng.choice(("{sep}", "{sep}", "{end}"))) for sentence in sentences)
    return _tidy(grammar.say(rng, "{opening}") + story + grammar.say(rng, "{thanks}"))


def write_form(rng: random.Random) -> str:
    """A form: what several persons fill in, the story and all else being the form's."""
    grammar = load_grammar()
    scene = rng.choice(list(grammar.scenes))
    story = "，".join(grammar.say(rng, f"{{{part}}}") for part in grammar.scenes[scene])
    left, right = rng.choice((("【", "】"), ("", "："), ("", ":"), ("", "： ")))
    labels = [rng.choice(grammar.symbols[f"form_label_{part}"]) for part in ("name", "age", "addr", "phone", "case")]
    values = ("{NAME}", "{AGE}", "{ADDR}", "{PHONE}", story)
    lines = [f"{left}{label}{right}{value}" for label, value in zip(labels, values, strict=True)]
    joint = rng.choice(("\n", "\n", "\n", " ", "；"))
    return _tidy(f"{grammar.say(rng, '{form_head}')}{joint}{joint.join(lines)}{joint}{grammar.say(rng, '{thanks}')}")


def fill_facts(template: str, person: Person) -> str:
    """The plea with its person's facts."""
    facts = {"NAME": person.name, "AGE": person.age, "PHONE": person.phone, "ADDR": person.address, "KIN": person.kin}
    for slot, value in facts.items():
        template = template.replace(f"{{{slot}}}", value)
    return template


def exchange_fact(rng: random.Random, person: Person, fact: str, phone: str) -> Person:
    """Another person who differs in one fact (name, age, phone, address) or, for `all`, in each of them."""
    other = make_person(rng, phone)
    if fact == "all":
        return replace(other, kin=person.kin)
    if fact == "age":
        low, high = KIN[person.kin]
        age = rng.choice([age for age in range(low, high + 1) if age != int(person.age)])
        return replace(person, age=str(age))
    return replace(person, **{fact: getattr(other, fact)})


def strip_emoticons(text: str) -> str:
    """What is written in characters: a screenshot shows [泪] as a small face."""
    return _EMOTICON.sub("", text)


def split_emoticons(text: str) -> list[str]:
    """The text cut where emoticons stand."""
    return _EMOTICON.split(text)


def _length(rng: random.Random) -> int:
    return max(2, min(24, int(rng.lognormvariate(1.75, 0.65))))


def _tidy(text: str) -> str:
    return _BREAKS.sub("\n", text).strip()
