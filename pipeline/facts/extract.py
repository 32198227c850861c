"""All facts of one displayed text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.facts.addresses import find_addresses
from pipeline.facts.ages import find_ages
from pipeline.facts.digits import digit_runs
from pipeline.facts.id_numbers import find_id_numbers
from pipeline.facts.masking import find_left_over_numbers, mask
from pipeline.facts.model import Fact, Found
from pipeline.facts.needs import find_needs
from pipeline.facts.persons import find_persons
from pipeline.facts.phones import find_phones
from pipeline.facts.places import find_places
from pipeline.text.normal import NormalText, normalise
from pipeline.text.structure import link_spans
from pipeline.vocabulary import Term, read_terms

__all__ = ["extract_facts", "find_open", "find_secrets", "led_back", "mask"]

_Spans = list[tuple[int, int]]


def extract_facts(display: str) -> tuple[Fact, ...]:
    """Every fact of a displayed text in order of its start, with spans in that text."""
    normal = normalise(display)
    secrets = find_secrets(normal)
    return led_back(normal, [*secrets, *_outside(find_open(normal.text, read_terms(normal.text)), _spans(secrets))])


def find_secrets(normal: NormalText) -> list[Found]:
    """Phones, ID numbers and house-level addresses; what only the safety net catches has the rule `left_over`."""
    text = normal.text
    runs = list(digit_runs(text))
    links = link_spans(text)
    numbers = list(find_id_numbers(text)) if runs else []
    ids = _spans(numbers)
    numbers += _outside(find_phones(text, runs, links), ids)
    if runs:
        numbers += find_left_over_numbers(runs, [*_spans(numbers), *links])
    return [*numbers, *find_addresses(text, _spans(numbers))]


def find_open(text: str, terms: Sequence[Term]) -> list[Found]:
    """Ages, persons, places and needs: they are the same in a text and in its masked form. `terms` are its known words."""
    persons = list(find_persons(text))
    return [*find_ages(text), *persons, *find_places(text, terms, _spans(persons)), *find_needs(terms)]


def led_back(normal: NormalText, found: Iterable[Found]) -> tuple[Fact, ...]:
    """Facts of a normal text with their spans in the displayed text."""
    facts = []
    for fact in found:
        start, end = normal.span(fact.start, fact.end)
        facts.append(Fact(fact.kind, fact.value, fact.masked, start, end, fact.rule))
    return tuple(sorted(facts, key=lambda fact: (fact.start, fact.end, fact.kind)))


def _spans(found: Iterable[Found]) -> _Spans:
    return [(fact.start, fact.end) for fact in found]


def _outside(found: Iterable[Found], taken: _Spans) -> Iterator[Found]:
    return (fact for fact in found if not any(start < fact.end and fact.start < end for start, end in taken))
