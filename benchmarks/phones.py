"""Invented mobile numbers for generated posts, all of the form 1XX 0000 XXXX (benchmarks/labelled/README.md)."""

from __future__ import annotations

MOST_PHONES = 700_000


def phone_of(number: int) -> str:
    """A phone for each number; MOST_PHONES of them differ, in an order that jumps about."""
    place = number * 7919 % MOST_PHONES
    return f"1{3 + place // 100_000}{place // 10_000 % 10}0000{place % 10_000:04d}"
