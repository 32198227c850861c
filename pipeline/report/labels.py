"""What the page calls the words of the store: statuses, roles, availabilities, categories."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipeline.datafiles import DATA_DIR, read_table

_LABELS = Path(__file__).with_name("labels.tsv")


def label_of(group: str, value: str) -> str:
    """The Chinese name of a word of the store; a word that has none stands for itself."""
    return _labels().get((group, value), value)


def category_name(category: str | None) -> str:
    """The Chinese name of a need category."""
    if category is None:
        return "需求不明"
    return _categories().get(category, category)


@cache
def _labels() -> dict[tuple[str, str], str]:
    return {(row["group"], row["value"]): row["name_zh"] for _, row in read_table(_LABELS)}


@cache
def _categories() -> dict[str, str]:
    return {row["category"]: row["name_zh"] for _, row in read_table(DATA_DIR / "categories.tsv")}
