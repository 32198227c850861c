"""Features of a masked post. None depends on the digits of a phone, so masked and raw text read alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.facts.spans import SpanIndex
from pipeline.plea.listing import MASKED_MOBILE, list_people
from pipeline.plea.reading import ReadPost
from pipeline.text.structure import Structure
from pipeline.vocabulary import Term

_MASKED_LANDLINE = re.compile(r"(?<![\d*])(?:0\d{2,3}-|[48]00-)?\*{4}\d{4}(?![\d*])")
_HEADLINE = re.compile(r"\s*(?:#[^#]{1,40}#\s*)*【[^】]{6,60}】")
# An office, a paper or a company that speaks: 市水务局:, 澜州晚报:, @沱阳发布:.
_OFFICIAL = re.compile(
    r"\s*(?:#[^#]{1,40}#\s*|【[^】]{1,40}】)*@?[\u4e00-\u9fff]{1,14}?"
    r"(?:[局委厅办指部社报台网]|发布|[网交民]警|警方|警|公司|中心|医院|红会|红十字会|消息|公告|通告|通知|部门|进展|提示|新闻)\s?[:|]"
)
_OFFICIAL_REACH = 60
_FIGURES = re.compile(
    r"\d[\d.,]{0,9}[万亿余多]{0,3}(?:人次|例|处|条|吨|架次|艘|支|户|管|床|名|人|公里|分钟|小时)|[一二三四五六七八九十百千万]余[名人户]"
)
# Something that was wanted has come: 拿到了, 修好了, 接出来了, 住进去了.
_ACHIEVED = re.compile(
    r"[拿买送接约借修通找住排办救领打输做挂租等联转搬寄退收来醒续缝止上安](?:[\u4e00-\u9fff]{0,2}?(?:到|上|好|进|着|通|完|住|回|出来|过来|下来|进去|回来|出院|成功|走)了"
    r"|了(?=[,。!?\s]|\Z))"
)
_NOT_ACHIEVED = frozenset("没不未别要能快再就想等")
_CAP = 3
_REACH = 4
# Words that contain a cue and are none (要求, 求职): they are read so that the cue inside them is not.
_NOTHING = "no_ask"
_OFFERS = ("offer", "give")


def features_of(post: ReadPost) -> dict[str, float]:
    """Feature name to value; absent ones are 0. The names are those of data/plea_weights.tsv."""
    own = post.structure.own.text
    values = _words(post)
    values["bias"] = 1.0
    _add_form(post, values)
    _add_facts(post, own, values)
    _add_shape(post, own, values)
    _add_voice(post, own, values)
    _add_together(values)
    return values


def own_terms(structure: Structure, terms: Iterable[Term]) -> tuple[Term, ...]:
    """The known words that the writer says himself: not those of the chain, of tags, mentions and links."""
    start, end = structure.own.start, structure.own.end
    spans = (*structure.topics, *structure.mentions, *structure.links)
    if not spans:
        return tuple([term for term in terms if start <= term.start < end])
    tags = SpanIndex((span.start, span.end) for span in spans)
    return tuple([term for term in terms if start <= term.start < end and not tags.holds(term.start)])


def _words(post: ReadPost) -> dict[str, float]:
    counts: dict[str, float] = {}
    seen: set[str] = set()
    for term in post.own_terms:
        cues = term.meaning.cues
        if cues and term.word not in seen:
            seen.add(term.word)
            for cue in cues:
                counts[cue] = min(counts.get(cue, 0.0) + 1.0, _CAP)
    counts.pop(_NOTHING, None)
    return counts


def _add_form(post: ReadPost, values: dict[str, float]) -> None:
    """A form pasted twice is one person's; two names are a round-up."""
    fields = post.structure.fields
    if not fields:
        return
    own_end = post.structure.own.end
    labels = {field.label for field in fields if field.start <= own_end}
    names = {field.value[:3] for field in fields if field.label == "name" and field.value and field.start <= own_end}
    if labels:
        values["form_fields"] = min(len(labels), 6) / 2
    if len(names) >= 2:
        values["form_repeated"] = 1.0
    elif len(labels) >= 3:
        values["one_form"] = 1.0


def _add_facts(post: ReadPost, own: str, values: dict[str, float]) -> None:
    phones = _count_phones(own)
    if phones:
        values[("one_phone", "two_phones", "many_phones")[min(phones, 3) - 1]] = 1.0
    end = post.structure.own.end
    places = {fact.value for fact in post.facts if fact.kind == "place" and fact.start < end}
    needs = len({term.word for term in post.own_terms if term.meaning.needs})
    if "×" in own:
        values["house_address"] = 1.0
    if any(fact.kind == "age" and fact.start < end for fact in post.facts):
        values["age"] = 1.0
    if places:
        values["place"] = 1.0
        if not all(value.endswith("/") for value in places):
            values["district"] = 1.0
        if len(places) >= 3:
            values["place_several"] = 1.0
    elif not phones:
        values["no_contact_no_place"] = 1.0
    values["need_words" if needs else "no_need"] = min(needs, _CAP) or 1.0


def _count_phones(own: str) -> int:
    if "****" not in own:
        return 0
    return len({*MASKED_MOBILE.findall(own), *_MASKED_LANDLINE.findall(own)})


def _add_shape(post: ReadPost, own: str, values: dict[str, float]) -> None:
    structure = post.structure
    length = len(own.strip())
    told = {
        "first_person": "我" in own,
        "is_bare_repost": structure.is_bare_repost,
        "is_repost": post.is_repost,
        "is_short_repost": post.is_repost and length < 20,
        "has_chain": bool(structure.chain),
        "is_short": length < 20,
        "is_tiny": length < 8,
        "is_long": length > 80,
        "headline": "【" in own[:60] and not structure.fields and _HEADLINE.match(own) is not None,
        "asks_end": own.rstrip(" \n").endswith(("?", "吗")),
    }
    values.update({name: 1.0 for name, is_so in told.items() if is_so})
    if length > 24:
        _add_list(post, own, values)


def _add_list(post: ReadPost, own: str, values: dict[str, float]) -> None:
    """Items that speak of different people. A form of one person may be counted too, and is no list."""
    listing = list_people(own, post.structure.own.start, post.own_terms)
    if listing.items >= 3 and "one_form" not in values:
        values["listed_people"] = min(listing.items, 6) / 2
    if listing.named >= 3:
        values["named_people"] = 1.0
    if "many_phones" in values and "one_form" not in values and len(set(MASKED_MOBILE.findall(own))) >= 4:
        values["phones_of_many"] = 1.0


def _add_voice(post: ReadPost, own: str, values: dict[str, float]) -> None:
    """Who speaks, and whether of something that has happened."""
    if ":" in own[:_OFFICIAL_REACH] and _OFFICIAL.match(own):
        values["official_voice"] = 1.0
    if "我" not in own and "求" not in own:
        figures = len(_FIGURES.findall(own))
        if figures >= 2:
            values["figures"] = 1.0
    achieved = sum(
        1
        for found in _ACHIEVED.finditer(own)
        if _NOT_ACHIEVED.isdisjoint(own[max(0, found.start() - 2) : found.start()])
        and _NOT_ACHIEVED.isdisjoint(found[0])
    )
    if achieved:
        values["achieved"] = float(min(achieved, 2))


def _add_together(values: dict[str, float]) -> None:
    asks = "ask_help" in values
    ill = "condition" in values or "lack" in values
    offers = "offer" in values or "give" in values
    done = "resolved" in values or "achieved" in values
    told = {
        "resolved_and_past": done and not asks,
        "resolved_and_thanks": done and "thanks" in values,
        "resolved_and_lack": done and "lack" in values,
        "asks_for_concrete": asks and ill,
        "asks_and_offers": asks and offers,
        "offers_only": offers and not asks and "no_way" not in values,
        "lack_and_kin": "lack" in values and "kin" in values,
        "condition_and_place": ill and "district" in values,
        "need_without_ask": "need_words" in values and not asks and not ill,
        "news_only": ("news" in values or "official_voice" in values) and not asks and "first_person" not in values,
        "nothing_read": _SPEAKING.isdisjoint(values),
    }
    values.update({name: 1.0 for name, is_so in told.items() if is_so})


_SPEAKING = frozenset(
    (
        *("ask_help", "urgent", "no_way", "condition", "lack", "resolved", "stop_spread", "offer", "give", "news"),
        *("talk", "round_up", "achieved"),
    )
)
