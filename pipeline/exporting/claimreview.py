"""ClaimReview (schema.org) of cases that may be published: what a circulating plea claims, and how it stands.

Nothing in it names a person: the claim is made of area, need and day, and the links lead to what is public anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import HttpUrl, TypeAdapter, ValidationError

from pipeline.datafiles import DATA_DIR, read_table, read_toml
from pipeline.store.export import Claim
from pipeline.times import from_text
from pipeline.words import BEIJING

_WEB = TypeAdapter(HttpUrl)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who signs; `site_url` is where the desk's case pages stand (`…/cases/<id>`), None where they are not public."""

    name: str
    site_url: str | None


def claim_review(claim: Claim, reviewer: Reviewer) -> dict[str, Any]:
    """One ClaimReview as JSON values, with the properties that schema.org and fact-check markup require."""
    sentences = _sentences()
    rating = sentences[claim.status]
    author = {"@type": "Organization", "name": reviewer.name}
    if reviewer.site_url:
        author["url"] = reviewer.site_url
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "identifier": claim.case_id,
        "inLanguage": sentences["language"],
        "url": _page(claim, reviewer),
        "datePublished": _day(claim.reviewed_at),
        "author": author,
        "claimReviewed": _claim_sentence(claim),
        "itemReviewed": _item(claim),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": rating["value"],
            "worstRating": 1,
            "bestRating": 5,
            "alternateName": rating["name"],
        },
    }


def _item(claim: Claim) -> dict[str, Any]:
    appearances = [{"@type": "CreativeWork", "url": url} for url in claim.appearance_urls if is_web_address(url)]
    item: dict[str, Any] = {"@type": "Claim", "datePublished": _day(claim.opened_at), "appearance": appearances}
    if claim.origin_url and is_web_address(claim.origin_url):
        item["firstAppearance"] = {"@type": "CreativeWork", "url": claim.origin_url}
    return item


def _page(claim: Claim, reviewer: Reviewer) -> str:
    """The desk's page of the case; else the author's own words; else an address that says which case it is."""
    if reviewer.site_url:
        return f"{reviewer.site_url.rstrip('/')}/cases/{claim.case_id}"
    return next(_links(claim), f"urn:houxu:case:{claim.case_id}")


def _links(claim: Claim) -> Iterator[str]:
    yield from (url for url in (claim.said_url, claim.origin_url) if url and is_web_address(url))


def is_web_address(url: str) -> bool:
    """Whether a link is an http(s) address as the schema asks; imported posts carry whatever their file said."""
    try:
        _WEB.validate_python(url)
    except ValidationError:
        return False
    return True


def _claim_sentence(claim: Claim) -> str:
    sentences = _sentences()
    return str(sentences["claim"]).format(
        place=claim.district or sentences["place_unknown"],
        need=need_names().get(claim.category or "", sentences["need_unknown"]),
        day=_day(claim.opened_at),
    )


def _day(stored: str) -> str:
    return from_text(stored).astimezone(BEIJING).date().isoformat()


@cache
def _sentences() -> dict[str, Any]:
    return read_toml(DATA_DIR / "exporting" / "claimreview.toml")


@cache
def need_names() -> dict[str, str]:
    """Chinese names of the need categories."""
    return {row["category"]: row["name_zh"] for _, row in read_table(DATA_DIR / "categories.tsv")}
