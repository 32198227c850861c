"""How postings, tree pointers and documents become bytes, little-endian, and back."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedupe.facts import FactArrays
from dedupe.grams import KEY_BITS
from dedupe.reading import Reading

Ints = npt.NDArray[np.int64]
_DOCUMENT = struct.Struct("<BBHIq")
_IS_WIDE, _IS_ROUND_UP = 1, 2
POSTING_BYTES, NODE_BYTES = 12, 22
NODE_PAGES = 4096


class Postings(NamedTuple):
    """Keys (int64) and document ids (int64), sorted by key, then document."""

    keys: Ints
    doc_ids: Ints


class Nodes(NamedTuple):
    """Per stored document: id, parent in the tree of its component (itself at the root), number of base keys, and
    the identity that popular keys ask for (sketching.identity_of)."""

    doc_ids: Ints
    parents: Ints
    bases: npt.NDArray[np.uint16]
    identities: npt.NDArray[np.uint32]


def page_bits(buckets: int) -> int:
    """Bits of a key that are left inside a page."""
    return KEY_BITS - (buckets.bit_length() - 1)


def pack_postings(postings: Postings, bits: int) -> bytes:
    """The bytes of one page; `postings` share the upper bits of their keys."""
    rest = (postings.keys & ((1 << bits) - 1)).astype("<u4")
    return rest.tobytes() + postings.doc_ids.astype("<i8").tobytes()


def unpack_postings(data: bytes) -> tuple[npt.NDArray[np.uint32], Ints]:
    """Lower key bits and document ids of a page."""
    n = len(data) // POSTING_BYTES
    return np.frombuffer(data, "<u4", n), np.frombuffer(data, "<i8", n, 4 * n)


def drop_postings(data: bytes, doc_ids: Ints) -> bytes:
    """A page without these documents."""
    keys, ids = unpack_postings(data)
    kept = ~np.isin(ids, doc_ids)
    return keys[kept].tobytes() + ids[kept].tobytes()


def pack_nodes(nodes: Nodes) -> bytes:
    """The bytes of one page of nodes."""
    ids = nodes.doc_ids.astype("<i8").tobytes() + nodes.parents.astype("<i8").tobytes()
    return ids + nodes.bases.astype("<u2").tobytes() + nodes.identities.astype("<u4").tobytes()


def unpack_nodes(data: bytes) -> Nodes:
    """Read a page of nodes back."""
    n = len(data) // NODE_BYTES
    offsets = ((0, "<i8"), (8, "<i8"), (16, "<u2"), (18, "<u4"))
    return Nodes(*(np.frombuffer(data, kind, n, offset * n) for offset, kind in offsets))


def node_page(doc_ids: Ints) -> Ints:
    """Which of NODE_PAGES pages holds each document."""
    return ((doc_ids * np.int64(0x1E3779B97F4A7C15)) >> 40) & (NODE_PAGES - 1)


def pack_documents(doc_ids: Ints, reading: Reading) -> dict[int, bytes]:
    """One blob a document: cleaned characters (two bytes each where they fit), facts, content hash."""
    narrow = reading.codes.astype("<u2")
    ends, fact_ends = reading.ends.tolist(), reading.facts.ends.tolist()
    wide_so_far = np.concatenate(([0], np.cumsum(reading.codes > 0xFFFF)))
    wide = wide_so_far[reading.ends[1:]] - wide_so_far[reading.ends[:-1]]
    blobs = {}
    for d, doc_id in enumerate(doc_ids.tolist()):
        a, b, f, g = ends[d], ends[d + 1], fact_ends[d], fact_ends[d + 1]
        is_wide = bool(wide[d])
        flags = _IS_WIDE * is_wide + _IS_ROUND_UP * bool(reading.is_round_up[d])
        text = reading.codes[a:b].astype("<i4") if is_wide else narrow[a:b]
        head = _DOCUMENT.pack(flags, 0, g - f, b - a, int(reading.contents[d]))
        facts = reading.facts.values[f:g].tobytes() + reading.facts.kinds[f:g].tobytes()
        blobs[doc_id] = head + text.tobytes() + facts
    return blobs


def unpack_documents(doc_ids: Sequence[int], blobs: Mapping[int, bytes]) -> Reading:
    """The reading of these documents, in this order.

    Raises:
        KeyError: a document is missing.
    """
    codes: list[npt.NDArray[np.int32]] = [np.zeros(0, np.int32)]
    kinds: list[npt.NDArray[np.uint8]] = [np.zeros(0, np.uint8)]
    values: list[Ints] = [np.zeros(0, np.int64)]
    lengths, fact_counts, contents, flags = [0], [0], [], []
    for doc_id in doc_ids:
        data = blobs[doc_id]
        flag, _, n_facts, n, content = _DOCUMENT.unpack_from(data)
        at = _DOCUMENT.size
        size = 4 if flag & _IS_WIDE else 2
        codes.append(np.frombuffer(data, "<i4" if size == 4 else "<u2", n, at).astype(np.int32))
        values.append(np.frombuffer(data, "<i8", n_facts, at + size * n))
        kinds.append(np.frombuffer(data, np.uint8, n_facts, at + size * n + 8 * n_facts))
        lengths.append(n)
        fact_counts.append(n_facts)
        contents.append(content)
        flags.append(bool(flag & _IS_ROUND_UP))
    facts = FactArrays(np.concatenate(kinds), np.concatenate(values), np.cumsum(fact_counts, dtype=np.int64))
    ends, round_ups = np.cumsum(lengths, dtype=np.int64), np.array(flags, np.bool_)
    return Reading(np.concatenate(codes), ends, np.array(contents, np.int64), facts, round_ups)


def merge_postings(parts: list[bytes]) -> bytes:
    """Several pages of the same keys as one sorted page."""
    parts = [part for part in parts if part]
    if len(parts) == 1:
        return parts[0]
    columns = [unpack_postings(part) for part in parts]
    keys, doc_ids = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.lexsort((doc_ids, keys))
    return keys[order].tobytes() + doc_ids[order].tobytes()
