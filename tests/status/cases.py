"""Builds small case files: one invented plea, words at hours after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.status.decide import decide
from pipeline.status.model import CaseFile, Decision, Policy, Sighting, Utterance

PLEA_AT = datetime(2024, 7, 1, 0, 0, tzinfo=UTC)
DIALYSIS = "求助！我父亲67岁，尿毒症，已经四天没有透析了，医院不收，急需透析床位！139****1234"
PARENTS = "求助！我父母都确诊了，父亲高烧不退，母亲呼吸困难，两个人都没有床位，求收治！139****6789"


def at(hours: float) -> datetime:
    """So many hours after the plea."""
    return PLEA_AT + timedelta(hours=hours)


def said(hours: float, text: str, speaker: str = "author", form: str = "reply", **more: object) -> Utterance:
    """An utterance under the plea."""
    values: dict[str, object] = {
        "post_id": f"weibo:{speaker}{hours}",
        "observation_id": f"o-{speaker}-{hours}-{len(text)}",
        "author_id": f"weibo:{speaker}",
        "author_name": None,
        "speaker": speaker,
        "form": form,
        "said_at": at(hours),
        "observed_at": at(hours),
        "text": text,
        "reply_to": "weibo:plea",
    }
    return Utterance(**{**values, **more})  # type: ignore[arg-type]


def plea(text: str = DIALYSIS, post_id: str = "weibo:plea", hours: float = 0) -> Utterance:
    """A plea of the author."""
    return said(hours, text, form="plea", post_id=post_id, reply_to=None)


def case_file(*words: Utterance, text: str = DIALYSIS, **more: object) -> CaseFile:
    """A case file with these words."""
    return CaseFile(case_id="c-1", plea=plea(text), words=words, **more)  # type: ignore[arg-type]


def decided(*words: Utterance, text: str = DIALYSIS, **more: object) -> Decision:
    """The decision a week after the plea."""
    return decide(case_file(*words, text=text, **more), Policy(), at(200))


def seen(*looks: tuple[float, str]) -> tuple[Sighting, ...]:
    """Sightings of the plea: (hours, availability)."""
    return tuple(Sighting("weibo:plea", availability, at(hours)) for hours, availability in looks)
