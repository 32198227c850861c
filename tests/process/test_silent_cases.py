"""Cases in which nothing was said are not read; that must not show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.caserecord import is_silent, still_open
from pipeline.status.decide import decide
from pipeline.status.model import CaseFile, Policy, Sighting, Utterance, Verdict
from tests.process.home import OTHER_PLEA, PLEA, THANKS

SAID = datetime(2024, 7, 8, 14, tzinfo=UTC)
NOW = SAID + timedelta(days=9)

texts = st.sampled_from([PLEA, OTHER_PLEA, THANKS, f"{THANKS}\n{PLEA}", "", "已经获救"]) | st.text(max_size=40)
hours = st.integers(0, 200).map(lambda count: SAID + timedelta(hours=count))


@st.composite
def case_files(draw: st.DrawFn) -> CaseFile:
    """A case of one post with sightings of every kind, and now and then a word or a verdict."""
    plea = Utterance("weibo:a", "o1", "weibo:u1", None, "author", "plea", SAID, SAID, draw(texts))
    word = replace(plea, post_id="weibo:b", form="post", said_at=draw(hours), text=draw(texts))
    kinds = st.sampled_from(["visible", "deleted_by_author", "blocked", "removed_by_platform"])
    return CaseFile(
        case_id="c-1",
        plea=plea,
        words=draw(st.sampled_from([(), (), (word,)])),
        sightings=tuple(Sighting("weibo:a", draw(kinds), draw(hours)) for _ in range(draw(st.integers(0, 3)))),
        verdicts=draw(st.sampled_from([(), (), (Verdict("resolved", SAID, "lin", ""),)])),
    )


@settings(max_examples=60, deadline=None)
@given(case_files())
def test_a_silent_case_stands_as_if_it_had_been_read(case_file: CaseFile) -> None:
    """A shortcut for speed would hide a deletion, a verdict or the author's word."""
    if not is_silent(case_file):
        return
    read = decide(case_file, Policy(), NOW)
    assert replace(read, profile=None) == still_open(case_file)


def test_what_can_move_a_case_is_no_silence() -> None:
    """The test above would hold for a shortcut that is never taken, or always."""
    plea = Utterance("weibo:a", "o1", "weibo:u1", None, "author", "plea", SAID, SAID, PLEA)
    seen = CaseFile("c-1", plea, sightings=(Sighting("weibo:a", "visible", SAID),))
    assert is_silent(seen)
    word = replace(plea, post_id="weibo:b", form="post", text=THANKS)
    gone = Sighting("weibo:a", "deleted_by_author", NOW)
    for more in (
        replace(seen, words=(word,)),
        replace(seen, other_pleas=(word,)),
        replace(seen, sightings=(*seen.sightings, gone)),
        replace(seen, verdicts=(Verdict("closed", SAID, "lin", ""),)),
    ):
        assert not is_silent(more)
