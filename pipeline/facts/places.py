"""Places by name: read in the text, resolved by what stands beside them, and the one where help is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.facts.gazetteer import Place, PlaceName
from pipeline.facts.model import Fact, Found
from pipeline.facts.spans import SpanIndex
from pipeline.vocabulary import Term

__all__ = ["Place", "find_places", "locate"]

_GAP_WITHIN = re.compile(r"[\s·,,、\-—/的]{0,2}(?:[省市]\s?)?\Z")
# Behind a short name: it belongs to a street, a bridge, a hill, a dish.
_NAME_OF_STREET = re.compile(
    r"[东西南北中一二三四五六七八九十]{0,2}(?:路|街(?!道)|大道|大街|巷|弄|大桥|人民路|广场)|[山菜面话饭烤豆酒](?![\u4e00-\u9fff]?[市区县镇乡村])|热干面"
)
_ORGANISATION = re.compile(
    "大学|学院|医院|银行|日报|晚报|公司|集团|卫视|电视台|救援队|消防|蓝天|基金会|协会|商会|发布|后援会|援助|医疗队"
    "|机场|高速|火车站|高铁站"
)
_NAME_OF_ORGANISATION = re.compile(r"[\u4e00-\u9fffA-Za-z]{0,8}\Z")
_ORGANISATION_REACH = 12
_ELSEWHERE = re.compile(
    r"(?:来自|老家在?|户籍在?|籍贯|原籍|出差去?|在外地|驰援|支援|捐赠?给?|从|去过|发布于|IP属?地?:?|嫁到|远在|不在|离开|逃离|途经|寻|找|姓|去|到)\s?\Z"
)
_ELSEWHERE_BEHIND = re.compile(
    r"(?:那?边)?(?:上班|工作|打工|出来|过来|出发|读书|上学|户籍|人氏|老乡|口音|籍|出差|出不来|的?(?:亲戚|朋友|同学)|\?[\s]?不|\(老家\))"
)
_HERE = re.compile(
    r"(?:地址|住址|住在|现住|位于|位置|定位|地点|坐标|所在\w{0,4}|家住|家在|人在|被困在?|困在|现在在?|目前在|地区|城市|小区|社区|住|我在|就在|是)[】\]]?\s?[:为是在于]*\s?\Z"
)
# The signs that such words end with: most places stand behind others.
_HERE_ENDS = frozenset("址住在于置位点标困区市我是为]】: \n\t")
_ELSEWHERE_ENDS = frozenset("自家在籍差地援赠给从过于属:到远开离经寻找姓去 \n\t")
_TOPIC = re.compile(r"#[^#\n]{1,60}+#")
# A post that names more places than this is a list: a lone district finds its parent among the first ones.
_MAX_ANCHORS = 50
_WEIGHT = {"place.address": 8, "place.plain": 6, "place.topic": 3, "place.organisation": 2, "place.elsewhere": 1}


class _Hit(NamedTuple):
    name: PlaceName
    start: int
    end: int


class _Mention(NamedTuple):
    """One or more names side by side that mean one place, or (ambiguous) one of several."""

    places: tuple[Place, ...]
    needs_parent: bool
    start: int
    end: int


_NO_TOPICS = SpanIndex(())


def _says_here(before: str) -> bool:
    """Whether the words before a place say that somebody is there."""
    return (before[-1:] in _HERE_ENDS or "所在" in before) and _HERE.search(before) is not None


def _says_elsewhere(before: str) -> bool:
    """Whether the words before a place say that nobody who needs help is there."""
    return before[-1:] in _ELSEWHERE_ENDS and _ELSEWHERE.search(before) is not None


def find_places(text: str, terms: Iterable[Term], persons: SpanIndex) -> list[Found]:
    """The places that a normal text names, from its known words. `value` is `省/市/区`; unknown levels are empty
    (`//鼓楼区`)."""
    named = (_Hit(term.meaning.place, term.start, term.end) for term in terms if term.meaning.place is not None)
    hits = [hit for hit in named if _is_place(text, hit, persons)]
    if not hits:
        return []
    mentions = list(_joined(text, hits))
    clear = [mention.places[0] for mention in mentions if _is_clear(mention)]
    anchors = list(dict.fromkeys(clear))[:_MAX_ANCHORS] if len(clear) < len(mentions) else []
    topics = SpanIndex(found.span() for found in _TOPIC.finditer(text)) if "#" in text else _NO_TOPICS
    found = []
    for mention in mentions:
        place = _resolved(mention, anchors)
        if place is not None:
            value = "/".join(place)
            found.append(Found("place", value, value, mention.start, mention.end, _rule(text, mention, topics)))
    return found


def locate(facts: Iterable[Fact | Found]) -> Place | None:
    """The place where help is needed: the deepest one at an address, before those that are merely named."""
    best: Place | None = None
    best_score = 0
    known: list[Place] = []
    for fact in facts:
        if fact.kind != "place":
            continue
        place = Place(*fact.value.split("/"))
        known.append(place)
        score = _WEIGHT.get(fact.rule, 1) + place.depth + (2 if place.district else 0)
        if score > best_score:
            best, best_score = place, score
    return _deepened(best, list(dict.fromkeys(known))[:_MAX_ANCHORS]) if best else None


def _deepened(place: Place, known: Sequence[Place]) -> Place:
    """The deepest named place inside `place`, if there is only one."""
    inside = {other for other in known if place.contains(other) and other.depth > place.depth}
    deepest = {other for other in inside if not any(other != deeper and other.contains(deeper) for deeper in inside)}
    return deepest.pop() if len(deepest) == 1 else place


def _is_place(text: str, hit: _Hit, persons: SpanIndex) -> bool:
    if not persons.is_empty and persons.holds(hit.start):
        return False
    return hit.name.is_full or _NAME_OF_STREET.match(text, hit.end) is None


def _joined(text: str, hits: Sequence[_Hit]) -> Iterator[_Mention]:
    """Merge 武汉市 + 洪山区 into one mention; a name that fits no reading of the one before starts its own."""
    current: _Mention | None = None
    for hit in hits:
        if current is not None:
            merged = _merged(text, current, hit)
            if merged is not None:
                current = merged
                continue
            yield current
        current = _Mention(hit.name.places, _needs_parent(hit.name), hit.start, hit.end)
    if current is not None:
        yield current


def _needs_parent(name: PlaceName) -> bool:
    return name.is_weak or (not name.is_full and len(name.places) > 1 and name.places[0].depth > 2)


def _merged(text: str, current: _Mention, hit: _Hit) -> _Mention | None:
    if hit.start - current.end > 4 or not _GAP_WITHIN.match(text[current.end : hit.start]):
        return None
    inner = tuple(
        place for place in hit.name.places if any(outer.contains(place) and outer != place for outer in current.places)
    )
    if not inner:
        return None
    return _Mention(inner, needs_parent=False, start=current.start, end=hit.end)


def _is_clear(mention: _Mention) -> bool:
    return len(mention.places) == 1 and not mention.needs_parent


def _resolved(mention: _Mention, anchors: Sequence[Place]) -> Place | None:
    if _is_clear(mention):
        return mention.places[0]
    fitting = [
        place for place in mention.places if any(anchor.contains(place) for anchor in anchors if anchor.depth < 3)
    ]
    if not fitting:
        fitting = [place for place in mention.places if any(_same_city(anchor, place) for anchor in anchors)]
    if fitting and not _is_weak_only(mention):
        return fitting[0]
    return None if mention.needs_parent else _common_part(mention.places)


def _is_weak_only(mention: _Mention) -> bool:
    return mention.needs_parent and len(mention.places) == 1


def _same_city(anchor: Place, place: Place) -> bool:
    return bool(anchor.city) and anchor.city == place.city and anchor.province == place.province


def _common_part(places: Sequence[Place]) -> Place:
    """What all readings share: 鼓楼区 without a city keeps only its own name; 吉林 means the province."""
    first = places[0]
    if first.depth < 3:
        return first
    province = first.province if all(place.province == first.province for place in places) else ""
    city = first.city if province and all(place.city == first.city for place in places) else ""
    district = first.district if all(place.district == first.district for place in places) else ""
    return Place(province, city, district)


def _rule(text: str, mention: _Mention, topics: SpanIndex) -> str:
    before = text[max(0, mention.start - 8) : mention.start]
    is_elsewhere = _ELSEWHERE_BEHIND.match(text, mention.end) is not None
    if not is_elsewhere and _says_here(before):
        return "place.address"
    if is_elsewhere or _says_elsewhere(before):
        return "place.elsewhere"
    if topics.holds(mention.start):
        return "place.topic"
    return "place.organisation" if _is_of_organisation(text, mention.end) else "place.plain"


def _is_of_organisation(text: str, end: int) -> bool:
    """Whether a place that ends at `end` begins the name of a hospital, a paper, a station."""
    found = _ORGANISATION.search(text, end, end + _ORGANISATION_REACH)
    return found is not None and _NAME_OF_ORGANISATION.match(text[end : found.start()]) is not None
