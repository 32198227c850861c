"""Who is connected to whom among stored documents: a union-find whose nodes live in pages.

It only ever says "connected already": it saves asking the thousands of members of a known cluster one by one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dedupe.links import Links
from dedupe.pages import Nodes, node_page, pack_nodes, unpack_nodes
from dedupe.store import BucketStore

Ints = npt.NDArray[np.int64]


class Trees:
    """The nodes that one `Index` operation touches; `first_page` is where node pages begin in the store."""

    def __init__(self, store: BucketStore, first_page: int) -> None:
        self._store, self._first_page = store, first_page
        self._pages: dict[int, Nodes] = {}
        self._new = Nodes(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint16), np.zeros(0, np.uint32))
        self._moved: dict[int, int] = {}
        self._moved_ids = np.zeros(0, np.int64)
        self._moved_pages: set[int] = set()
        self._ids = np.zeros(0, np.int64)
        self._new_count = 0
        self._roots = np.zeros(0, np.int64)

    def known(self, doc_ids: Ints) -> npt.NDArray[np.bool_]:
        """Which of these documents are stored."""
        out = np.zeros(len(doc_ids), np.bool_)
        for nodes, chosen, at in self._places(doc_ids):
            safe = np.minimum(at, len(nodes.doc_ids) - 1)
            out[chosen] = nodes.doc_ids[safe] == doc_ids[chosen]
        return out

    def traits(self, doc_ids: Ints) -> tuple[npt.NDArray[np.int32], Ints]:
        """Number of base keys and identity of stored documents."""
        bases, identities = np.zeros(len(doc_ids), np.int32), np.zeros(len(doc_ids), np.int64)
        for nodes, chosen, at in self._places(doc_ids):
            bases[chosen] = nodes.bases[at]
            identities[chosen] = nodes.identities[at]
        return bases, identities

    def roots(self, doc_ids: Ints) -> Ints:
        """The root of each stored document's tree."""
        current = doc_ids
        while True:
            unique, inverse = np.unique(current, return_inverse=True)
            up = unique.copy()
            for nodes, chosen, at in self._places(unique):
                up[chosen] = nodes.parents[at]
            if np.array_equal(up, unique):
                return current
            current = up[inverse]

    def load(self, doc_ids: Ints, stored_ids: Ints, among: Links) -> npt.NDArray[np.int32]:
        """A union-find over new documents, then stored ones, that knows the links among the new."""
        from dedupe.rounds import join_all

        n = len(doc_ids)
        self._ids, self._new_count = np.concatenate((doc_ids, stored_ids)), n
        self._roots = self.roots(stored_ids)
        _, first, inverse = np.unique(self._roots, return_index=True, return_inverse=True)
        parents = np.concatenate((np.arange(n), n + first[inverse])).astype(np.int32)
        join_all(parents, among.matches.left, among.matches.right)
        return parents

    def learn(self, parents: npt.NDArray[np.int32], bases: npt.NDArray[np.int32], identities: Ints) -> None:
        """Take over what linking joined: new nodes, and stored roots that moved under others."""
        from dedupe.rounds import find_roots

        n = self._new_count
        old_roots = np.concatenate((self._ids[:n], self._roots))
        roots = find_roots(parents)
        # The root of a joined tree is a stored root where there is one (fewer nodes move), the smallest id of those.
        rank = np.lexsort((old_roots, np.arange(len(roots)) < n))
        _, first, inverse = np.unique(roots[rank], return_index=True, return_inverse=True)
        target = np.empty(len(roots), np.int64)
        target[rank] = old_roots[rank][first][inverse]
        self._new = Nodes(
            self._ids[:n], target[:n], np.minimum(bases, 0xFFFF).astype(np.uint16), identities.astype(np.uint32)
        )
        moved = self._roots != target[n:]
        self._moved = dict(zip(self._roots[moved].tolist(), target[n:][moved].tolist(), strict=True))

    def save(self) -> None:
        """Write the pages that changed."""
        self._moved_ids = np.array(sorted(self._moved), dtype=np.int64)
        self._moved_pages = set(node_page(self._moved_ids).tolist())
        pages = np.unique(np.concatenate((node_page(self._new.doc_ids), node_page(self._moved_ids))))
        self._load_pages(pages)
        new_pages = node_page(self._new.doc_ids)
        order = np.argsort(new_pages, kind="stable")
        starts = np.searchsorted(new_pages[order], pages, "left")
        stops = np.searchsorted(new_pages[order], pages, "right")
        written = {}
        for page, start, stop in zip(pages.tolist(), starts.tolist(), stops.tolist(), strict=True):
            mine = order[start:stop]
            written[self._first_page + page] = pack_nodes(self._changed(page, Nodes._make(c[mine] for c in self._new)))
        self._store.write(written)

    def erase(self, doc_ids: Ints) -> None:
        """Drop the nodes of whole trees."""
        pages = np.unique(node_page(doc_ids))
        self._load_pages(pages)
        written = {}
        for page in pages.tolist():
            kept = ~np.isin(self._pages[page].doc_ids, doc_ids)
            written[self._first_page + page] = pack_nodes(Nodes._make(column[kept] for column in self._pages[page]))
        self._store.write(written)

    def _changed(self, page: int, new: Nodes) -> Nodes:
        old = self._pages[page]
        parents = np.concatenate((old.parents, new.parents))
        nodes = Nodes(
            np.concatenate((old.doc_ids, new.doc_ids)),
            parents,
            np.concatenate((old.bases, new.bases)),
            np.concatenate((old.identities, new.identities)),
        )
        order = np.argsort(nodes.doc_ids)
        nodes = Nodes._make(column[order] for column in nodes)
        mine = self._moved_ids[node_page(self._moved_ids) == page] if page in self._moved_pages else self._moved_ids[:0]
        for doc_id in mine.tolist():
            nodes.parents[np.searchsorted(nodes.doc_ids, doc_id)] = self._moved[doc_id]
        return nodes

    def _load_pages(self, pages: Ints) -> None:
        missing = [page for page in pages.tolist() if page not in self._pages]
        blobs = self._store.read([self._first_page + page for page in missing])
        for page in missing:
            self._pages[page] = unpack_nodes(blobs.get(self._first_page + page, b""))

    def _places(self, doc_ids: Ints) -> Iterator[tuple[Nodes, Ints, Ints]]:
        """For each page with some of these documents: its nodes, which documents, where they are (or would be)."""
        if not len(doc_ids):
            return
        pages = node_page(doc_ids)
        order = np.argsort(pages, kind="stable")
        unique, starts = np.unique(pages[order], return_index=True)
        self._load_pages(unique)
        for page, chosen in zip(unique.tolist(), np.split(order, starts[1:]), strict=True):
            nodes = self._pages[page]
            if len(nodes.doc_ids):
                yield nodes, chosen, np.searchsorted(nodes.doc_ids, doc_ids[chosen])
