"""Features of a masked post. None depends on the digits of a phone, so masked and raw text read alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from pipeline.facts.spans import SpanIndex
from pipeline.plea.reading import ReadPost
from pipeline.text.structure import Structure
from pipeline.vocabulary import Meaning, Term

_MASKED_PHONE = re.compile(r"(?<![\d*])(?:1[3-9]\d\*{4}\d{4}|(?:0\d{2,3}-|[48]00-)?\*{4}\d{4})(?![\d*])")
_ITEM = re.compile(
    r"(?:^|\n|[。;;\s])\s?(?:\d{1,2}[.、):]|[一二三四五六七八九十][、.:]|\([一二三四五六\d]{1,2}\))(?!\d)"
)
_HEADLINE = re.compile(r"\s*(?:#[^#]{1,40}#\s*)*【[^】]{6,60}】")
_CAP = 3
# Words that contain a cue and are none (要求, 求职): they are read so that the cue inside them is not.
_NOTHING = "no_ask"


def features_of(post: ReadPost) -> dict[str, float]:
    """Feature name to value; absent ones are 0. The names are those of data/plea_weights.tsv."""
    structure = post.structure
    own = structure.own.text
    values: dict[str, float] = {"bias": 1.0}
    values.update(_words(post))
    values.update(_form(post))
    values.update(_facts(post, own))
    values.update(_shape(post, own))
    values.update(_together(values))
    return {name: value for name, value in values.items() if value}


def own_terms(structure: Structure, terms: Iterable[Term]) -> tuple[Term, ...]:
    """The known words that the writer says himself: not those of the chain, of tags, mentions and links."""
    start, end = structure.own.start, structure.own.end
    tags = SpanIndex((span.start, span.end) for span in (*structure.topics, *structure.mentions, *structure.links))
    if tags.is_empty:
        return tuple([term for term in terms if start <= term.start < end])
    return tuple([term for term in terms if start <= term.start < end and not tags.holds(term.start)])


def _words(post: ReadPost) -> dict[str, float]:
    seen: dict[str, Meaning] = {term.word: term.meaning for term in post.own_terms if term.meaning.cues}
    counts = Counter(cue for meaning in seen.values() for cue in meaning.cues)
    return {cue: float(min(count, _CAP)) for cue, count in counts.items() if cue != _NOTHING}


def _form(post: ReadPost) -> dict[str, float]:
    """A form pasted twice is one person's; two names are a round-up."""
    own_end = post.structure.own.end
    fields = [field for field in post.structure.fields if field.start <= own_end]
    labels = {field.label for field in fields}
    names = {field.value[:3] for field in fields if field.label == "name" and field.value}
    return {
        "form_fields": float(min(len(labels), 6)) / 2,
        "form_repeated": float(len(names) >= 2),
        "one_form": float(len(names) <= 1 and len(labels) >= 3),
    }


def _facts(post: ReadPost, own: str) -> dict[str, float]:
    phones = len(set(_MASKED_PHONE.findall(own))) if "****" in own else 0
    kinds = {fact.kind for fact in post.facts if fact.start < post.structure.own.end}
    needs = len({term.word for term in post.own_terms if term.meaning.needs})
    places = {fact.value for fact in post.facts if fact.kind == "place"}
    return {
        "one_phone": float(phones == 1),
        "two_phones": float(phones == 2),
        "many_phones": float(phones >= 3),
        "house_address": float("×" in own),
        "age": float("age" in kinds),
        "place": float("place" in kinds),
        "place_several": float(len(places) >= 3),
        "district": float(any(not value.endswith("/") for value in places)),
        "need_words": float(min(needs, _CAP)),
        "no_need": float(not needs),
        "no_contact_no_place": float(not phones and "place" not in kinds),
    }


def _shape(post: ReadPost, own: str) -> dict[str, float]:
    structure = post.structure
    length = len(own.strip())
    return {
        "first_person": float("我" in own),
        "is_bare_repost": float(structure.is_bare_repost),
        "is_repost": float(post.is_repost),
        "is_short_repost": float(post.is_repost and length < 20),
        "has_chain": float(bool(structure.chain)),
        "is_short": float(length < 20),
        "is_tiny": float(length < 8),
        "is_long": float(length > 80),
        "headline": float("【" in own[:60] and not structure.fields and _HEADLINE.match(own) is not None),
        "asks_end": float(own.rstrip(" \n").endswith(("?", "吗"))),
        "numbered_items": float(length > 40 and len(_ITEM.findall(own)) >= 3),
    }


def _together(values: dict[str, float]) -> dict[str, float]:
    asks = values.get("ask_help", 0) > 0
    return {
        "many_phones_and_items": float(values["many_phones"] > 0 and values["numbered_items"] > 0),
        "resolved_and_past": float(values.get("resolved", 0) > 0 and not asks),
        "asks_for_concrete": float(asks and values.get("condition", 0) + values.get("lack", 0) > 0),
        "lack_and_kin": float(values.get("lack", 0) > 0 and values.get("kin", 0) > 0),
        "condition_and_place": float(values.get("condition", 0) + values.get("lack", 0) > 0 and values["district"] > 0),
        "resolved_and_thanks": float(values.get("resolved", 0) > 0 and values.get("thanks", 0) > 0),
        "nothing_read": float(not _SPEAKING & values.keys()),
    }


_SPEAKING = frozenset(
    (
        "ask_help",
        "urgent",
        "no_way",
        "condition",
        "lack",
        "resolved",
        "stop_spread",
        "offer",
        "news",
        "talk",
        "round_up",
    )
)
