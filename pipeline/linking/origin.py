"""Who posted first: by publish time, then by what the text itself says about where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.models import Post
from pipeline.text.normal import normalise
from pipeline.text.structure import Structure, read_structure


def find_origin(core: Sequence[Post], posts: Mapping[str, Post]) -> tuple[Post, str]:
    """The first post of a group and how certain that is: `certain` or `earliest_seen`.

    It is only the earliest seen where the post says that it comes from somebody else (`//@name:`, 转自, 代发, a
    native repost of a post that we never saw) and that somebody wrote none of the group's posts.
    """
    # Another site's mirror of a post has its very time: of two equal ones the author's is the one whose words count.
    origin = min(core, key=lambda post: (post.written_at, post.author_id is None, post.post_id))
    if origin.repost_of is not None and origin.repost_of not in posts:
        return origin, "earliest_seen"
    known_names = {post.author_name for post in core if post.author_name}
    foreign = [name for name in named_sources(origin) if name not in known_names]
    return origin, "earliest_seen" if foreign else "certain"


def passes_on(origin: Post, certainty: str) -> bool:
    """Whether the first post that we saw only hands on what somebody else wrote: the author of the plea is unknown.

    Who posts on somebody's behalf (代发) speaks for them and counts as the author; so does who pleads in his own words
    above somebody else's.
    """
    structure = _structure_of(origin)
    if certainty == "certain" or structure is None:
        return False
    source = structure.attribution
    if source is not None:
        return source.kind != "on_behalf"
    return not origin.is_plea and any(link.text for link in structure.chain)


def _structure_of(post: Post) -> Structure | None:
    return read_structure(normalise(post.text)) if post.text else None


def named_sources(post: Post) -> list[str]:
    """Whom a post names as where it comes from."""
    structure = _structure_of(post)
    if structure is None:
        return []
    names = [link.name for link in structure.chain]
    if structure.attribution is not None:
        names.append(structure.attribution.name or structure.attribution.kind)
    return names
