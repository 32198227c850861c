"""A reading as it may be stored: words masked like any text, digits of single lines starred."""

from __future__ import annotations

import json
import re

from pipeline.images.values import Reading, ShownPost
from pipeline.intake.mentioning import mentions_of
from pipeline.privacy import Key
from pipeline.store.images import PictureReading, ShownRow
from pipeline.understand import mask_words, understand

READER = "pp-ocrv6-small/3"
"""Who read it, kept with every reading: the models, and which version of how they are used."""
# A phone may be broken over two lines, of which neither alone looks like one.
_DIGIT = re.compile(r"\d")


def masked_reading(image_id: str, reading: Reading, key: Key) -> PictureReading:
    """What is kept of a reading: no phone, ID number or house number in the clear."""
    posts = tuple(_shown_row(post, key) for post in reading.posts)
    lines = [
        {"text": _DIGIT.sub("*", mask_words(line.text)), "box": line.box, "confidence": line.confidence}
        for line in reading.lines
    ]
    return PictureReading(
        image_id=image_id,
        reader=READER,
        platform=reading.platform,
        ocr_text="\n\n".join(_page_text(post) for post in posts),
        lines=json.dumps(lines, ensure_ascii=False, separators=(",", ":")),
        posts=posts,
    )


def _shown_row(post: ShownPost, key: Key) -> ShownRow:
    found = understand(post.body)
    return ShownRow(
        author_name=mask_words(post.author) if post.author else None,
        shown_at=post.posted_at,
        source=mask_words(post.source) if post.source else None,
        text=found.text,
        label=found.label,
        characters=sum(character.isalnum() for character in found.text),
        is_masked=post.is_masked,
        is_cut=post.is_cut,
        box=post.box,
        mentions=mentions_of(found, key),
    )


def _page_text(row: ShownRow) -> str:
    head = " ".join(part for part in (row.author_name, row.shown_at) if part)
    return f"{head}\n{row.text}" if head else row.text
