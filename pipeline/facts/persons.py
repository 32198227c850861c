"""Names behind a cue: low confidence, never enough to merge two cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.datafiles import DATA_DIR, read_table
from pipeline.facts.model import Found

_KIN = (
    "父亲|母亲|爸爸?|妈妈?|爷爷|奶奶|外公|外婆|姥姥|姥爷|老公|丈夫|爱人|妻子|老婆|儿子|女儿|哥哥?|姐姐?|弟弟?|妹妹?|舅舅|舅妈|叔叔|伯伯"
    "|阿姨|姑姑|姑父|姨妈|岳父|岳母|公公|婆婆|孩子|孙子|孙女|外孙女?|表[哥姐弟妹]|朋友|同学|同事|邻居"
)
_CUE = (
    rf"姓名|患者|病人|病患|联系人|求助人|求助者|被困者|被困人|走失者|走失人员|失联人员|紧急联系人|产妇|孕妇|伤者|死者|老人|本人|我叫|我是|名叫|家属|我(?:的)?(?:{_KIN})"
    "|儿子|女儿|母亲|父亲|妻子|丈夫|老公|老婆|志愿者|村民|居民|书记|主任"
)
# Behind a name stands the end of the clause or one of these.
_BEHIND = r"(?=[^\u4e00-\u9fff]|\Z|男|女|今年|现|患|于|电话|手机|联系|身份证|年龄|因|在|生于|住|和)"


def find_persons(text: str) -> Iterator[Found]:
    """Persons named behind a cue in a normal text; `value` is the name, `masked` 张* or 李*婷."""
    for found in _person_pattern().finditer(text):
        name = found["name"]
        if name not in _no_names():
            yield Found("person", name, mask_name(name), found.start("name"), found.end("name"), "person.cue")


def mask_name(name: str) -> str:
    """张三 is 张*, 李婷婷 is 李*婷, 欧阳小明 is 欧**明."""
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


@cache
def _person_pattern() -> re.Pattern[str]:
    surnames = [row["surname"] for _, row in read_table(DATA_DIR / "surnames.tsv")]
    single = "".join(name for name in surnames if len(name) == 1)
    double = "|".join(name for name in surnames if len(name) == 2)
    name = rf"(?:(?:{double})[\u4e00-\u9fff]{{1,2}}|[{single}][\u4e00-\u9fff]{{1,2}})"
    return re.compile(
        rf"(?:{_CUE})(?:姓名)?[】\]]?(?:\([^()]{{1,6}}\))?\s?[:是叫为]?\s{{0,2}}(?P<name>{name}){_BEHIND}"
    )


@cache
def _no_names() -> frozenset[str]:
    return frozenset(row["word"] for _, row in read_table(DATA_DIR / "not_names.tsv"))
