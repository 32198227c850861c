"""What all bodies of a picture together say for and against each stored post.

A mosaic or a sticker may cut one post into two bodies: what contradicts in one of them counts for the other as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dedupe.images.shown import RELATED, Shown
from dedupe.twins import hides_what_tells, says_who
from pipeline.text.normal import normalise
from pipeline.text.structure import read_structure

# Of the shorter of the two texts at least this share is in both, and nothing speaks against it.
LEAST_CONTAINED = 0.7
# With a fact of the person, and words that linking joins by, so much: somebody wrote a line above what he passed on.
_LEAST_WITH_FACT = 0.55
# The next post has so many characters less in common, or something speaks against it.
_LEAST_MARGIN = 3
# People who fill in one form share whole halves of it: a piece without any name, phone or address of its own tells
# nobody apart, unless it is most of the post. (An age may be of anybody in the story.)
_DECIDING = frozenset({"phone", "id_number", "person", "address"})
_MOST_OF_IT = 0.8
# In their own words two people hardly say so many characters alike; fewer are enough with a fact of the person, and
# more are needed where linking keeps posts apart that differ in what is hidden.
_OWN_WORDS, _MANY_OWN_WORDS = 40, 60
_FORM_FIELDS = 3
# Under somebody else's name only nearly the whole text is a copy; a piece of it may end in another phone.
_ALL_OF_IT = 0.95


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stored post, the body (by number) that shows most of it, and whether that can be said for sure."""

    post_id: str
    body: int
    shown: Shown
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What the bodies of a picture show.

    Attributes:
        kinds: for each body the kinds of facts in it.
        shown: for each body what it shows of which stored post.
        rivals: for each stored post those of which at most one can be meant: posts of other cases.
        carriers: posts that are not of one case alone: they carry what others wrote.
        named: the posts whose author or minute the picture shows.
        forms: those that are filled-in forms.
        foreign: those instead of which it names another author, or another minute, of the same platform.
        telling: for each stored post that is likely the fact kinds that tell it from a twin (`dedupe.twins`).
    """

    kinds: Sequence[frozenset[str]]
    shown: Sequence[Mapping[str, Shown]]
    rivals: Mapping[str, frozenset[str]]
    carriers: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    telling: Mapping[str, int] = field(default_factory=dict)


def is_form(text: str) -> bool:
    """Whether a text is a filled-in form: three different fields of data/form_fields.tsv."""
    return len({field.label for field in read_structure(normalise(text)).fields}) >= _FORM_FIELDS


def may_be_shown(shown: Sequence[Mapping[str, Shown]]) -> list[str]:
    """The posts that some body shows without contradiction, as far as it goes."""
    likely = (post_id for of_body in shown for post_id, one in of_body.items() if one.is_clean and is_mostly_shown(one))
    return list(dict.fromkeys(likely))


def is_mostly_shown(one: Shown) -> bool:
    """Whether the shorter of the two texts is mostly in both."""
    least = _LEAST_WITH_FACT if one.is_linked and says_who(one.seen) else LEAST_CONTAINED
    return one.contained >= least


def weigh_posts(found: Found) -> list[Evidence]:
    """The stored posts that a picture may show, in the order in which they were met.

    A round-up speaks only where no post of one case does: it would lead to all that it carries.
    """
    post_ids = list(dict.fromkeys(post_id for of_body in found.shown for post_id in of_body))
    weighed = [_weigh(post_id, found) for post_id in post_ids]
    plain = {one.body for one in weighed if one.is_sure and one.post_id not in found.carriers}
    return [one for one in weighed if one.body not in plain or one.post_id not in found.carriers]


def _weigh(post_id: str, found: Found) -> Evidence:
    shown = found.shown
    body = max((k for k, found in enumerate(shown) if post_id in found), key=lambda k: shown[k][post_id].matched)
    main = shown[body][post_id]
    is_sure = (
        _is_clean(post_id, shown)
        and is_mostly_shown(main)
        and _is_told_apart(post_id, found)
        and not any(_may_be_other(post_id, other, found) for other in shown[body])
    )
    return Evidence(post_id, body, main, is_sure)


def _is_told_apart(post_id: str, found: Found) -> bool:
    """Whether what is shown belongs to nobody else who filled in the same form."""
    related = _related(post_id, found.shown)
    covered = sum(found.shown[k][post_id].covered for k in related)
    if post_id in found.foreign:
        hides_phone = all(found.shown[k][post_id].hides_phone for k in related)
        return _has_same_phone(post_id, found) or (covered >= _ALL_OF_IT and not hides_phone)
    if post_id in found.named:
        return True
    matched = sum(found.shown[k][post_id].matched for k in related)
    if hides_what_parts(post_id, found) and not _has_same_phone(post_id, found):
        return post_id not in found.forms and matched >= _MANY_OWN_WORDS
    if any(_DECIDING & found.kinds[k] for k in related) or covered >= _MOST_OF_IT:
        return True
    return post_id not in found.forms and any(_is_joined(found.shown[k][post_id]) for k in related)


def _is_joined(shown: Shown) -> bool:
    """Whether linking would join what is shown to the post, and it is more than many people say."""
    return shown.is_linked and (shown.matched >= _OWN_WORDS or says_who(shown.seen))


def hides_what_parts(post_id: str, found: Found) -> bool:
    """Whether linking keeps posts apart that differ in nothing but what the picture hides."""
    seen = 0
    for k in _related(post_id, found.shown):
        seen |= found.shown[k][post_id].seen
    return hides_what_tells(found.telling.get(post_id, 0), seen)


def _may_be_other(post_id: str, other: str, found: Found) -> bool:
    """Whether the picture may as well show another post, of another case: what tells the two apart is hidden."""
    if other not in found.rivals.get(post_id, ()):
        return False
    is_named, is_other_named = post_id in found.named, other in found.named
    if is_named != is_other_named and _is_clean(other, found.shown):
        return is_other_named
    return _margin(post_id, other, found.shown) < _LEAST_MARGIN


def _has_same_phone(post_id: str, found: Found) -> bool:
    return any(found.shown[k][post_id].same_phone for k in _related(post_id, found.shown))


def _related(post_id: str, shown: Sequence[Mapping[str, Shown]]) -> list[int]:
    return [k for k, found in enumerate(shown) if post_id in found and found[post_id].contained >= RELATED]


def _is_clean(post_id: str, shown: Sequence[Mapping[str, Shown]]) -> bool:
    related = _related(post_id, shown)
    return bool(related) and all(shown[k][post_id].is_clean for k in related)


def _margin(post_id: str, other: str, shown: Sequence[Mapping[str, Shown]]) -> int:
    """In characters, over the bodies that have to do with the post; who is contradicted is no rival."""
    related = _related(post_id, shown)
    own = sum(shown[k][post_id].matched for k in related)
    if not _is_clean(other, shown):
        return own
    return own - sum(shown[k][other].matched for k in related if other in shown[k])
