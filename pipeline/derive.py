"""A post from its observations. A pure function of the set: the order of arrival makes no difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from pipeline.chains import hands_on_plea
from pipeline.models import Post, Reading, StoredObservation

# How a list ends a text that it shows in part (reference: platforms.md 1.3).
_CUT_ENDS = ("...全文", "…全文", "... 全文", "...展开", "…展开")


def derive_post(observations: Iterable[StoredObservation], reading_of: Callable[[str], Reading | None]) -> Post:
    """The post that these observations (at least one, all of one post) show.

    `reading_of` gives the reading of the text of an observation, by observation id. What a later sighting
    knows wins; what it does not know (a tombstone has no author) stays as it was.
    """
    ordered = sorted(observations, key=lambda one: (one.observed_at, one.observation_id))
    newest_first = ordered[::-1]
    latest = newest_first[0]
    seen = [one for one in ordered if one.availability == "visible"]
    checked = [one for one in ordered if one.availability != "blocked"]
    worded = _latest_worded(newest_first)
    return Post(
        post_id=latest.post_id,
        platform=latest.platform,
        native_id=latest.native_id,
        url=_first_known([one.url for one in newest_first]),
        author_id=_first_known([one.author_id for one in newest_first]),
        author_name=_first_known([one.author_name for one in newest_first]),
        author_kind=_author_kind(newest_first),
        posted_at=min((one.posted_at for one in ordered if one.posted_at is not None), default=None),
        first_seen_at=ordered[0].observed_at,
        last_seen_at=seen[-1].observed_at if seen else None,
        last_checked_at=checked[-1].observed_at if checked else None,
        availability=checked[-1].availability if checked else "blocked",
        repost_of=_first_known([one.repost_of for one in newest_first]),
        reply_to=_first_known([one.reply_to for one in newest_first]),
        text=worded.text if worded else None,
        text_observation_id=worded.observation_id if worded else None,
        is_edited=_is_edited(ordered),
        reading=reading_of(worded.observation_id) if worded else None,
        was_plea=any(_asks(reading_of(one.observation_id)) or _hands_on(one) for one in _versions(ordered)),
    )


def _latest_worded(newest_first: Sequence[StoredObservation]) -> StoredObservation | None:
    """The latest text; one that a list cut off (…全文) only where no whole one was ever seen."""
    worded = [one for one in newest_first if one.text is not None or one.is_purged]
    return next((one for one in worded if not _is_cut(one.text)), worded[0] if worded else None)


def _is_cut(text: str | None) -> bool:
    return text is not None and text.rstrip().endswith(_CUT_ENDS)


def _versions(ordered: Sequence[StoredObservation]) -> list[StoredObservation]:
    """The first observation of each different text."""
    first_by_text = {one.text: one for one in reversed(ordered) if one.text is not None or one.is_purged}
    return list(first_by_text.values())


def _asks(reading: Reading | None) -> bool:
    return reading is not None and reading.is_plea


def _hands_on(one: StoredObservation) -> bool:
    # An answer under a post speaks of it, whatever it quotes.
    return one.text is not None and one.reply_to is None and hands_on_plea(one.text)


def _first_known(values: Sequence[str | None]) -> str | None:
    return next((value for value in values if value is not None), None)


def _author_kind(newest_first: Sequence[StoredObservation]) -> str:
    # "person" is also what a tombstone, a feed or a result page says that cannot tell.
    told = (one.author_kind for one in newest_first if one.author_kind != "person")
    return next(told, "person")


def _is_edited(ordered: Sequence[StoredObservation]) -> bool:
    texts = {one.text for one in ordered if one.text is not None and not _is_cut(one.text)}
    return len(texts) > 1 or any(one.edited_at is not None for one in ordered)
