"""All facts of one displayed text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.facts.addresses import find_addresses
from pipeline.facts.ages import find_ages
from pipeline.facts.digits import digit_runs
from pipeline.facts.id_numbers import find_id_numbers
from pipeline.facts.masking import LEFT_OVER, find_left_over_numbers, led_back, mask
from pipeline.facts.model import Fact, Found
from pipeline.facts.needs import find_needs
from pipeline.facts.persons import find_persons
from pipeline.facts.phones import find_phones
from pipeline.facts.places import find_places
from pipeline.facts.spans import SpanIndex
from pipeline.facts.spread_phones import find_spread_phones
from pipeline.text.normal import NormalText, normalise
from pipeline.text.structure import link_spans
from pipeline.vocabulary import Term, read_terms

__all__ = ["extract_facts", "find_open", "find_secrets", "led_back", "mask"]


def extract_facts(display: str) -> tuple[Fact, ...]:
    """Every fact of a displayed text in order of its start, with spans in that text."""
    normal = normalise(display)
    secrets = [found for found in find_secrets(normal) if found.rule != LEFT_OVER]
    return led_back(normal, [*secrets, *find_open(normal.text, read_terms(normal.text), _index(secrets))])


def find_secrets(normal: NormalText) -> list[Found]:
    """Phones, ID numbers and house-level addresses; what only the safety net catches has the rule `left_over`."""
    text = normal.text
    runs = list(digit_runs(text))
    links = link_spans(text)
    numbers = list(find_id_numbers(text)) if runs else []
    ids = _index(numbers)
    phones = find_phones(text, runs, SpanIndex(links))
    numbers += [phone for phone in phones if not ids.overlaps(phone.start, phone.end)]
    numbers += find_spread_phones(text, SpanIndex([*_spans(numbers), *links]))
    if runs:
        numbers += find_left_over_numbers(runs, SpanIndex([*_spans(numbers), *links]))
    return [*numbers, *find_addresses(text, _index(numbers))]


def find_open(text: str, terms: Sequence[Term], secrets: SpanIndex) -> list[Found]:
    """Ages, persons, places and needs outside `secrets`: the same in a text and in its masked form.

    `terms` are the known words of the text.
    """
    persons = list(find_persons(text))
    found = [*find_ages(text), *persons, *find_places(text, terms, _index(persons)), *find_needs(terms)]
    return found if secrets.is_empty else [fact for fact in found if not secrets.overlaps(fact.start, fact.end)]


def _spans(found: Iterable[Found]) -> list[tuple[int, int]]:
    return [(fact.start, fact.end) for fact in found]


def _index(found: Iterable[Found]) -> SpanIndex:
    return SpanIndex(_spans(found))
