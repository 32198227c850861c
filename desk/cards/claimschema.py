"""schema.org's ClaimReview as far as houxu writes it, with what fact-check markup must have; used to check every one.

Required: claimReviewed, reviewRating (with alternateName) and url, as search engines ask; author and datePublished
besides. Source: schema.org/ClaimReview, schema.org/Claim and schema.org/Rating, version 29.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, HttpUrl, model_validator


class _Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Organization(_Thing):
    """Who reviewed."""

    type: Annotated[Literal["Organization"], Field(alias="@type")]
    name: Annotated[str, Field(min_length=1)]
    url: HttpUrl | None = None


class CreativeWork(_Thing):
    """A place where the claim stands."""

    type: Annotated[Literal["CreativeWork"], Field(alias="@type")]
    url: HttpUrl


class Claim(_Thing):
    """What was claimed; nobody's name is in it."""

    type: Annotated[Literal["Claim"], Field(alias="@type")]
    date_published: Annotated[date, Field(alias="datePublished")]
    appearance: list[CreativeWork]
    first_appearance: Annotated[CreativeWork | None, Field(alias="firstAppearance")] = None


class Rating(_Thing):
    """How true it is, as a number and in words."""

    type: Annotated[Literal["Rating"], Field(alias="@type")]
    rating_value: Annotated[int, Field(alias="ratingValue")]
    worst_rating: Annotated[int, Field(alias="worstRating")]
    best_rating: Annotated[int, Field(alias="bestRating")]
    alternate_name: Annotated[str, Field(alias="alternateName", min_length=1)]

    @model_validator(mode="after")
    def _is_on_the_scale(self) -> Rating:
        if not self.worst_rating <= self.rating_value <= self.best_rating:
            raise ValueError("ratingValue is not on the scale")
        return self


class ClaimReview(_Thing):
    """One review."""

    context: Annotated[Literal["https://schema.org"], Field(alias="@context")]
    type: Annotated[Literal["ClaimReview"], Field(alias="@type")]
    identifier: str
    in_language: Annotated[str, Field(alias="inLanguage")]
    url: AnyUrl
    date_published: Annotated[date, Field(alias="datePublished")]
    author: Organization
    claim_reviewed: Annotated[str, Field(alias="claimReviewed", min_length=1)]
    item_reviewed: Annotated[Claim, Field(alias="itemReviewed")]
    review_rating: Annotated[Rating, Field(alias="reviewRating")]
