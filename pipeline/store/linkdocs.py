"""The texts that are linked: each different text of each post that speaks for itself, and what changed by linking."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.linking.documents import LINKED_KINDS, Document
from pipeline.linking.model import Conflict, Edge
from pipeline.store.database import Store
from pipeline.store.graph import mark_dirty
from pipeline.store.links import add_conflicts, add_edges
from pipeline.store.observations import load_facts

# Reposts and comments say something of their own only where they carry a plea. That depends on the post alone, never
# on what else has arrived, so that any order of arrival links the same texts.
_SPEAKS = "(p.repost_of IS NULL AND p.reply_to IS NULL OR p.was_plea = 1)"


@dataclass(frozen=True, slots=True)
class LinkText:
    """A text in the index: `seq` is the number of the observation that first showed it."""

    seq: int
    post_id: str
    document: Document


def count_unlinked(store: Store) -> int:
    """Observations that no linking has seen."""
    return int(store.conn.execute("SELECT COUNT(*) FROM observations WHERE is_linked = 0").fetchone()[0])


def unlinked(store: Store, limit: int) -> list[int]:
    """The numbers of the next observations that no linking has seen, oldest entry first."""
    rows = store.conn.execute("SELECT seq FROM observations WHERE is_linked = 0 ORDER BY seq LIMIT ?", (limit,))
    return [row[0] for row in rows]


def all_texts(store: Store) -> list[LinkText]:
    """Every text to link, in order of post and time."""
    return _texts(store, "", ())


def texts_of(store: Store, seqs: Sequence[int]) -> list[LinkText]:
    """The texts of some observations; repeated texts of a post and posts that do not speak are left out."""
    return _texts(store, "AND o.seq IN (SELECT value FROM json_each(?))", (json.dumps(list(seqs)),))


def _texts(store: Store, which: str, parameters: Sequence[object]) -> list[LinkText]:
    rows = store.conn.execute(
        "SELECT o.seq, o.observation_id, o.post_id, o.text, p.author_id, p.label"  # noqa: S608 our own clauses
        f" FROM observations o JOIN posts p USING (post_id) WHERE o.text IS NOT NULL AND {_SPEAKS} {which}"
        " AND NOT EXISTS (SELECT 1 FROM observations e WHERE e.post_id = o.post_id AND e.text = o.text"
        "  AND (e.observed_at, e.observation_id) < (o.observed_at, o.observation_id))"
        " ORDER BY o.post_id, o.observed_at, o.observation_id",
        parameters,
    ).fetchall()
    facts = load_facts(store, sorted({row["post_id"] for row in rows}), LINKED_KINDS)
    return [
        LinkText(
            row["seq"],
            row["post_id"],
            Document(
                text=row["text"],
                mentions=tuple(facts.get(row["observation_id"], ())),
                author_id=row["author_id"],
                is_round_up=row["label"] == "round_up",
            ),
        )
        for row in rows
    ]


def replace_matches(store: Store, edges: Sequence[Edge], conflicts: Sequence[Conflict]) -> None:
    """Put what a whole linking found in the place of what stood; posts whose links changed become dirty.

    Links of posts whose text is gone stay: they were found while it was there. In the caller's transaction.
    """
    conn = store.conn
    before = {tuple(row) for row in conn.execute("SELECT left_post_id, right_post_id, found_by FROM matches")}
    known_conflicts = {tuple(row) for row in conn.execute("SELECT left_post_id, right_post_id FROM conflicts")}
    gone = {row[0] for row in conn.execute("SELECT post_id FROM posts WHERE text IS NULL")}
    after = {(*sorted((one.left_post_id, one.right_post_id)), one.found_by) for one in edges}
    after_conflicts = {tuple(sorted((one.left_post_id, one.right_post_id))) for one in conflicts}
    # A score is weighed with the words of the whole store, so an old one goes even where the match stays.
    machine = [
        key for key in before if key[2] in ("text", "phone", "screenshot") and key[0] not in gone and key[1] not in gone
    ]
    contradicting = [pair for pair in known_conflicts if pair[0] not in gone and pair[1] not in gone]
    removed = [key for key in machine if key not in after]
    dropped = [pair for pair in contradicting if pair not in after_conflicts]
    conn.executemany(
        "DELETE FROM matches WHERE left_post_id = ? AND right_post_id = ? AND found_by = ?", sorted(machine)
    )
    conn.executemany("DELETE FROM conflicts WHERE left_post_id = ? AND right_post_id = ?", sorted(contradicting))
    add_edges(store, edges)
    add_conflicts(store, conflicts)
    _refresh_scores(store)
    touched = {post_id for key in [*removed, *(after - before)] for post_id in key[:2]}
    touched |= {post_id for pair in [*dropped, *(after_conflicts - known_conflicts)] for post_id in pair}
    mark_dirty(store, sorted(touched))


# Of each member the best match there is, and of a round-up the best with a member of the case.
_ENDS = (
    "(SELECT right_post_id AS other, score FROM matches WHERE left_post_id = p.post_id"
    " UNION ALL SELECT left_post_id, score FROM matches WHERE right_post_id = p.post_id)"
)


def _refresh_scores(store: Store) -> None:
    """Write the new scores into the cases: a case whose posts stay together is not decided again for them."""
    store.conn.execute(
        f"UPDATE case_posts AS p SET score = COALESCE((SELECT MAX(score) FROM {_ENDS}), score)"  # noqa: S608 our own
        " WHERE role NOT IN ('origin', 'round_up', 'official_reply') AND found_by IN ('text', 'phone', 'screenshot')"
    )
    store.conn.execute(
        f"UPDATE case_posts AS p SET score = COALESCE((SELECT MAX(m.score) FROM {_ENDS} m"  # noqa: S608 our own
        " JOIN case_posts o ON o.post_id = m.other AND o.case_id = p.case_id), score)"
        " WHERE role IN ('round_up', 'official_reply') AND found_by IN ('text', 'phone', 'screenshot')"
    )


def mark_all_linked(store: Store) -> None:
    """Every observation has been seen by linking; in the caller's transaction."""
    store.conn.execute("UPDATE observations SET is_linked = 1 WHERE is_linked = 0")


def mark_linked(store: Store, seqs: Iterable[int]) -> None:
    """These observations have been seen by linking; in the caller's transaction."""
    store.conn.executemany("UPDATE observations SET is_linked = 1 WHERE seq = ?", [(seq,) for seq in seqs])
