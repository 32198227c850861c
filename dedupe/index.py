"""The stored index: new documents against all stored ones, at a cost that goes with the new ones."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from dedupe.link import link_reading
from dedupe.links import Links, concatenate, links_of, make_found
from dedupe.pages import (
    POSTING_BYTES,
    Postings,
    drop_postings,
    merge_postings,
    pack_documents,
    pack_postings,
    page_bits,
)
from dedupe.reading import Batch, Reading, join_readings, read_batch
from dedupe.rounds import choose_round, collect_pairs, find_roots, join_all, number_all
from dedupe.sketches import Sketches, all_keys, make_bench, sketch
from dedupe.stored import HEADER_PAGE, WEIGHTS_PAGE, StoredIndex
from dedupe.tallying import Candidates, Lists, Traits
from dedupe.trees import Trees

Ints = npt.NDArray[np.int64]
_RECENT_SHARE = 8
"""Recent pages go into the main ones when they have grown to an eighth of them."""


class Index(StoredIndex):
    """A stored index that documents are added to and taken from."""

    def save_weights(self) -> None:
        """Keep the weights in the store, so that `open_index` needs nothing else."""
        self.store.write({WEIGHTS_PAGE: self.craft.weights.to_bytes()})

    def add(self, doc_ids: Sequence[int], batch: Batch) -> Links:
        """Store new documents; returns their links to stored ones and among themselves, by document id.

        Raises:
            ValueError: an id is given twice or stored already.
        """
        return self.add_reading(np.asarray(doc_ids, dtype=np.int64), read_batch(batch))

    def add_reading(self, doc_ids: Ints, reading: Reading) -> Links:
        """`add` of what was read already."""
        self._refuse_known(doc_ids, reading)
        parameters, weights = self.craft.parameters, self.craft.weights
        among = link_reading(reading, parameters, weights)
        sketches = sketch(reading, parameters, weights)
        trees = Trees(self.store, self._node_base)
        across = self._link_stored(doc_ids, reading, sketches, (among, trees))
        self._write(doc_ids, reading, sketches, trees)
        return concatenate([among.renumber(doc_ids), across])

    def remove(self, doc_ids: Sequence[int]) -> Links:
        """Forget documents; returns the links, found anew, among those that were connected to them.

        The caller drops every stored link of the documents in `connected_to(doc_ids)` and takes these instead.
        Unknown ids are no error.
        """
        gone = set(doc_ids)
        affected = self.connected_to(doc_ids)
        again = np.array(sorted(set(affected.tolist()) - gone), dtype=np.int64)
        kept = self.read(again.tolist())
        self._erase(affected)
        return self.add_reading(again, kept) if len(again) else links_of(make_found(0))

    def connected_to(self, doc_ids: Sequence[int]) -> Ints:
        """These documents, where stored, and all of their trees: who shares keys with them, and so on."""
        trees = Trees(self.store, self._node_base)
        front = np.unique(np.asarray(doc_ids, dtype=np.int64))
        reached = front = front[trees.known(front)] if len(front) else front
        while len(front):
            _, near = self._fetch_lists(*all_keys(self._sketch_stored(front)))
            near = np.setdiff1d(near, reached)
            near = near[np.isin(trees.roots(near), trees.roots(reached))]
            front, reached = near, np.union1d(reached, near)
        return reached

    def _sketch_stored(self, doc_ids: Ints) -> Sketches:
        return sketch(self.read(doc_ids.tolist()), self.craft.parameters, self.craft.weights)

    def _erase(self, doc_ids: Ints) -> None:
        """Take documents out of postings, nodes and blobs."""
        if not len(doc_ids):
            return
        keys = np.unique(all_keys(self._sketch_stored(doc_ids))[0])
        bits, buckets = page_bits(self.craft.parameters.buckets), self.craft.parameters.buckets
        pages = np.unique(keys >> bits)
        blobs = self.store.read([*pages.tolist(), *(pages + buckets).tolist()])
        written = {page: drop_postings(data, doc_ids) for page, data in blobs.items()}
        for page, data in written.items():
            self._header["main" if page < buckets else "recent"] -= (len(blobs[page]) - len(data)) // POSTING_BYTES
        self._header["documents"] -= len(doc_ids)
        self.store.write({**written, HEADER_PAGE: json.dumps(self._header).encode()})
        Trees(self.store, self._node_base).erase(doc_ids)
        self.store.delete_documents(doc_ids.tolist())

    @property
    def _node_base(self) -> int:
        return 2 * self.craft.parameters.buckets

    def _refuse_known(self, doc_ids: Ints, reading: Reading) -> None:
        if len(doc_ids) != len(reading):
            raise ValueError(f"{len(doc_ids)} ids for {len(reading)} documents")
        if len(np.unique(doc_ids)) != len(doc_ids):
            raise ValueError("a document id is given twice")
        known = Trees(self.store, self._node_base).known(doc_ids)
        if known.any():
            raise ValueError(f"document {doc_ids[known][0]} is stored already")

    def _link_stored(self, doc_ids: Ints, reading: Reading, sketches: Sketches, linked: tuple[Links, Trees]) -> Links:
        """Links from new documents to stored ones; the trees learn who belongs together."""
        among, trees = linked
        lists, stored_ids = self._fetch_lists(*all_keys(sketches))
        docs = sketches.documents
        traits = Traits(docs.bases, docs.identities, *trees.traits(stored_ids), self.craft.parameters.least_shared)
        pairs = collect_pairs(lists, traits)
        parents = trees.load(doc_ids, stored_ids, among)
        found = self._verify_rounds(reading, stored_ids, pairs, parents)
        trees.learn(parents, docs.bases, docs.identities)
        return found.renumber(np.concatenate((doc_ids, stored_ids)))

    def _fetch_lists(self, keys: Ints, ends: Ints) -> tuple[Lists, Ints]:
        """Posting lists of these keys, and the ids that their dense numbers stand for."""
        unique, lists = np.unique(keys, return_inverse=True)
        members, counts = self.find_postings(unique)
        stored_ids, dense = number_all(members, self.documents)
        list_ends = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))
        return Lists(keys, ends, lists.astype(np.int64), dense, list_ends), stored_ids

    def _verify_rounds(
        self, reading: Reading, stored_ids: Ints, pairs: Candidates, parents: npt.NDArray[np.int32]
    ) -> Links:
        """Verify candidates, the likeliest of each document first, until every pair is joined or refused."""
        n = len(reading)
        parts: list[Links] = []
        fetched = np.zeros(0, np.int64)
        while len(pairs.new):
            roots = find_roots(parents)
            open_pairs = roots[pairs.new] != roots[n + pairs.stored]
            pairs = Candidates._make(column[open_pairs] for column in pairs)
            if not len(pairs.new):
                break
            chosen = choose_round(pairs, roots[n + pairs.stored], len(parts))
            ask, pairs = (Candidates._make(column[mask] for column in pairs) for mask in (chosen, ~chosen))
            fetched = np.unique(ask.stored)
            parts.append(self._verify(reading, stored_ids, fetched, (ask, parents)))
        return concatenate(parts) if parts else links_of(make_found(0))

    def _verify(
        self, reading: Reading, stored_ids: Ints, fetched: Ints, asked: tuple[Candidates, npt.NDArray[np.int32]]
    ) -> Links:
        from dedupe import compiled

        ask, parents = asked
        n, parameters, weights = len(reading), self.craft.parameters, self.craft.weights
        both = join_readings(reading, self.read(stored_ids[fetched].tolist()))
        docs = sketch(both, parameters, weights).documents
        numbers = np.concatenate((np.arange(n), n + fetched))
        bench, found = make_bench(docs, parameters, weights), make_found(len(both))
        # The trees are over all stored candidates; the verified ones are a few of them.
        roots = find_roots(parents)[numbers]
        _, first, inverse = np.unique(roots, return_index=True, return_inverse=True)
        bench.parents[:] = first[inverse]
        asked_pairs = np.stack((ask.new, n + np.searchsorted(fetched, ask.stored)), axis=1).astype(np.int32)
        compiled.verify_list(asked_pairs, docs, bench, found)
        links = links_of(found).renumber(numbers)
        join_all(parents, links.matches.left, links.matches.right)
        return links

    def _write(self, doc_ids: Ints, reading: Reading, sketches: Sketches, trees: Trees) -> None:
        """Postings to recent pages, nodes, documents, header."""
        keys, ends = all_keys(sketches)
        owners = np.repeat(doc_ids, np.diff(ends))
        order = np.lexsort((owners, keys))
        self._append_postings(Postings(keys[order], owners[order]))
        trees.save()
        self.store.write_documents(pack_documents(doc_ids, reading))
        self._header["recent"] += len(keys)
        self._header["documents"] += len(doc_ids)
        if self._header["recent"] * _RECENT_SHARE > self._header["main"]:
            self._merge_pages()
        self.store.write({HEADER_PAGE: json.dumps(self._header).encode()})

    def _append_postings(self, postings: Postings) -> None:
        bits, buckets = page_bits(self.craft.parameters.buckets), self.craft.parameters.buckets
        pages, starts = np.unique(postings.keys >> bits, return_index=True)
        stops = np.append(starts, len(postings.keys))[1:].tolist()
        old = self.store.read((pages + buckets).tolist())
        written = {}
        for page, start, stop in zip(pages.tolist(), starts.tolist(), stops, strict=True):
            new = Postings(postings.keys[start:stop], postings.doc_ids[start:stop])
            before = old.get(page + buckets, b"")
            written[page + buckets] = merge_postings([before, pack_postings(new, bits)])
        self.store.write(written)

    def _merge_pages(self) -> None:
        """Put the recent pages into the main ones."""
        buckets = self.craft.parameters.buckets
        recent = self.store.read(range(buckets, 2 * buckets))
        recent = {page: data for page, data in recent.items() if data}
        main = self.store.read([page - buckets for page in recent])
        merged = {
            page - buckets: merge_postings([main.get(page - buckets, b""), data]) for page, data in recent.items()
        }
        self.store.write({**merged, **dict.fromkeys(recent, b"")})
        self._header["main"] += self._header["recent"]
        self._header["recent"] = 0
