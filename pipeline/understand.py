"""Understand one post: masked text, facts, structure, kind, need and place. Pure; runs in a process pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.facts.extract import find_open, find_secrets
from pipeline.facts.masking import BY_START, LEFT_OVER, led_back, mask_secrets
from pipeline.facts.model import Fact
from pipeline.facts.places import Place, locate
from pipeline.facts.spans import SpanIndex
from pipeline.plea.category import categorise
from pipeline.plea.classify import classify
from pipeline.plea.features import own_terms
from pipeline.plea.reading import PleaLabel, PleaReading, ReadPost, Reason
from pipeline.text.display import as_displayed
from pipeline.text.html import html_to_text
from pipeline.text.normal import NormalText, normalise
from pipeline.text.structure import read_structure
from pipeline.vocabulary import Term, read_terms

_NOWHERE = Place("", "", "")
# The share of plea from which another kind's post still has a need.
_NEARLY_A_PLEA = 0.25
_NO_SECRETS = SpanIndex(())


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a post says.

    `text` is the displayed text, masked; `facts` have their spans in it, and raw `value`s that must never be
    stored in the clear (phone, id_number, address): the caller stores their keyed HMAC. `category`, `province`,
    `city` and `district` are None where the post does not say; `score` is the share of the label's weight (0 to 1).
    """

    text: str
    facts: tuple[Fact, ...]
    own_text: str
    chain_names: tuple[str, ...]
    attribution_name: str | None
    is_bare_repost: bool
    is_cut: bool
    topics: tuple[str, ...]
    label: PleaLabel
    score: float
    reasons: tuple[Reason, ...]
    category: str | None
    province: str | None
    city: str | None
    district: str | None


def understand(raw_text: str, is_repost: bool = False) -> Understanding:
    """Understand a post from its raw text or HTML; `is_repost`: it natively carries another one. Linear in its
    length."""
    normal = normalise(display := as_displayed(html_to_text(raw_text)))
    found = find_secrets(normal)
    if not found:
        return _read(display, normal, (), is_repost)
    numbers = led_back(normal, found)
    masked = mask_secrets(display, numbers, numbers)
    secrets = tuple(fact for fact in masked.facts if fact.rule != LEFT_OVER)
    return _read(masked.text, _masked_normal(normal, masked.text, numbers), secrets, is_repost)


def _masked_normal(normal: NormalText, masked: str, secrets: tuple[Fact, ...]) -> NormalText:
    """The normal form of the masked text: masks are their own normal form, so equal offsets spare a second folding."""
    if normal.starts is not None:
        return normalise(masked)
    text = mask_secrets(normal.text, (), secrets).text
    return NormalText(text=text, display_length=len(text))


def mask_words(words: str) -> str:
    """A name or a line of words as displayed, without phones, ID numbers and house-level addresses."""
    normal = normalise(display := as_displayed(words))
    secrets = led_back(normal, find_secrets(normal))
    return mask_secrets(display, (), secrets).text


def reread(masked_text: str, is_repost: bool = False) -> Understanding:
    """Understand a post from its stored, masked text: the same label, category and place as `understand` gave.

    Its facts are those that survive masking (ages, persons, places, needs).
    """
    return _read(masked_text, normalise(masked_text), (), is_repost)


def _read(text: str, normal: NormalText, secrets: tuple[Fact, ...], is_repost: bool) -> Understanding:
    structure = read_structure(normal)
    terms = read_terms(normal.text)
    open_facts = find_open(normal.text, terms, _NO_SECRETS)
    own = own_terms(structure, terms)
    post = ReadPost(structure=structure, own_terms=own, facts=tuple(open_facts), is_repost=is_repost)
    reading = classify(post)
    place = locate(open_facts) or _NOWHERE
    own_start, own_end = normal.span(structure.own.start, structure.own.end)
    return Understanding(
        text=text,
        facts=tuple(
            sorted((*secrets, *led_back(normal, open_facts)), key=BY_START) if secrets else led_back(normal, open_facts)
        ),
        own_text=text[own_start:own_end],
        chain_names=tuple(link.name for link in structure.chain),
        attribution_name=(structure.attribution.name or None) if structure.attribution else None,
        is_bare_repost=structure.is_bare_repost,
        is_cut=structure.is_cut,
        topics=tuple(topic.text.strip("#") for topic in structure.topics),
        label=reading.label,
        score=reading.score,
        reasons=reading.reasons,
        category=_category(normal.text, post, terms, reading),
        province=place.province or None,
        city=place.city or None,
        district=place.district or None,
    )


def _category(text: str, post: ReadPost, terms: Sequence[Term], reading: PleaReading) -> str | None:
    """The need of a post that asks for something; of the whole text when the writer adds no need of his own to a
    chain.

    A question about rules is talk by its kind and still has a category; news, offers and thanks have none, unless
    the post was nearly read as a plea.
    """
    is_asking = reading.label in ("plea", "round_up") or reading.plea_share >= _NEARLY_A_PLEA
    if not is_asking and reading.label != "talk":
        return None
    needs = tuple((field.start, field.end) for field in post.structure.fields if field.label == "need")
    ages = tuple(float(fact.value) for fact in post.facts if fact.kind == "age")
    category = categorise(text, post.own_terms, needs, ages)
    if category is None and post.structure.chain:
        category = categorise(text, terms)
    return category if is_asking or category == "policy" else None
