"""What a post hands on under its writer's own words: the end of a chain of reposts (`好惨//@甲:words`)."""

from __future__ import annotations

from functools import lru_cache

from pipeline.text.normal import normalise
from pipeline.text.structure import read_structure
from pipeline.understand import reread

# Shorter ends of chains are talk about a post that was not kept.
_LEAST_CARRIED = 30


@lru_cache(maxsize=4096)
def hands_on_plea(text: str) -> bool:
    """Whether the end of the chain in a stored text asks for help by itself."""
    if "//" not in text:
        return False
    chain = read_structure(normalise(text)).chain
    words = chain[-1].text if chain else ""
    return len(words) >= _LEAST_CARRIED and reread(words).label == "plea"
