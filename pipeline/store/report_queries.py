"""The queries behind the nightly report."""

from __future__ import annotations

RUN = "SELECT run_id, kind, started_at, finished_at, outcome, note FROM runs WHERE run_id = ?"

LATEST_RUN = """
SELECT run_id, kind, started_at, finished_at, outcome, note FROM runs
ORDER BY kind = 'nightly' DESC, started_at DESC, run_id DESC LIMIT 1
"""

PREVIOUS_RUN = """
SELECT started_at FROM runs WHERE kind = ? AND started_at < ? AND outcome IN ('done', 'partial')
ORDER BY started_at DESC LIMIT 1
"""

# A post is new where houxu learned only in the period that it is stale: when it first met the post or the author's
# words, whichever came later. The clock is that of the run, for an import may bring sightings that are years old.
_STALE = """
WITH learned AS (
    SELECT cp.case_id, cp.post_id, cp.is_late, cp.lag_seconds, cp.role,
           MAX(COALESCE((SELECT MIN(r.started_at) FROM observations o JOIN runs r ON r.run_id = o.run_id
                         WHERE o.post_id = cp.post_id), p.first_seen_at),
               COALESCE((SELECT MIN(r.started_at) FROM observations o JOIN runs r ON r.run_id = o.run_id
                         WHERE o.post_id = u.post_id AND o.observed_at = u.observed_at), u.observed_at, '')
           ) > :since AS is_new
    FROM case_posts cp
    JOIN cases c ON c.case_id = cp.case_id
    JOIN posts p ON p.post_id = cp.post_id
    LEFT JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id
    WHERE cp.is_stale = 1
), ranked_cases AS (
    SELECT case_id, COUNT(*) AS stale_count, SUM(is_new) AS new_count,
           ROW_NUMBER() OVER (ORDER BY SUM(is_new) > 0 DESC, SUM(is_late) DESC, COUNT(*) DESC, case_id) AS place
    FROM learned GROUP BY case_id
)
"""

STALE_TOTALS = (
    _STALE
    + """
SELECT COUNT(DISTINCT post_id) AS posts, COUNT(DISTINCT case_id) AS cases,
       COUNT(DISTINCT CASE WHEN is_new THEN post_id END) AS new_posts,
       COUNT(DISTINCT CASE WHEN is_new THEN case_id END) AS new_cases,
       COUNT(DISTINCT CASE WHEN is_new AND is_late THEN post_id END) AS new_late_posts,
       MAX(CASE WHEN is_new AND is_late THEN lag_seconds END) AS longest_new_lag_seconds
FROM learned
"""
)

# The plea as first seen: an author may have put thanks in its place.
STALE_CASES = (
    _STALE  # noqa: S608 our own text
    + """
SELECT r.case_id, r.stale_count, r.new_count, c.status, c.category, c.district, u.quote, u.source, u.said_at,
       words.url AS said_url, plea.is_edited,
       (SELECT o.text FROM observations o WHERE o.post_id = c.origin_post_id AND o.text IS NOT NULL
        ORDER BY o.observed_at, o.seq LIMIT 1) AS plea_text, plea.url AS plea_url, plea.posted_at AS plea_posted_at,
       plea.author_name
FROM ranked_cases r
JOIN cases c ON c.case_id = r.case_id
JOIN posts plea ON plea.post_id = c.origin_post_id
LEFT JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id
LEFT JOIN posts words ON words.post_id = u.post_id
WHERE r.place <= :cases
ORDER BY r.place
"""
)

STALE_POSTS = (
    _STALE  # noqa: S608 our own text
    + """
SELECT ranked.*, p.url, p.author_name, p.posted_at, p.text
FROM (SELECT learned.*,
             ROW_NUMBER() OVER (PARTITION BY case_id ORDER BY is_late DESC, lag_seconds DESC, post_id) AS place
      FROM learned WHERE case_id IN (SELECT case_id FROM ranked_cases WHERE place <= :cases)) ranked
JOIN posts p ON p.post_id = ranked.post_id
WHERE ranked.place <= :copies
ORDER BY ranked.case_id, ranked.place
"""
)

# An answer is what an official said, or what anybody told of progress; a case reopened keeps its first answer.
_FIRST_ANSWER = """
(SELECT MIN(u.said_at) FROM status_updates u
 WHERE u.case_id = c.case_id AND (u.source = 'official' OR u.kind = 'progress'))
"""

OPEN_CASES = f"""
SELECT c.case_id, c.status, c.category, c.district, c.opened_at, c.last_verified_at, c.post_count, c.text, c.url,
       {_FIRST_ANSWER} AS first_answer_at
FROM open_cases c
ORDER BY c.opened_at IS NULL, c.opened_at, c.case_id
LIMIT ?
"""  # noqa: S608 our own text

WAITING = f"""
SELECT c.opened_at, {_FIRST_ANSWER} IS NOT NULL AS is_answered
FROM open_cases c WHERE c.opened_at IS NOT NULL
"""  # noqa: S608 our own text

OPEN_TOTALS = """
SELECT COUNT(*) AS cases, SUM(status = 'in_progress') AS in_progress, SUM(opened_at IS NULL) AS without_time,
       SUM(last_verified_at IS NULL OR last_verified_at < :day_ago) AS not_verified
FROM open_cases
"""

REVIEW_COUNT = "SELECT COUNT(*) FROM cases WHERE needs_review = 1"

REVIEW_CASES = """
SELECT c.case_id, c.status, c.category, c.district, c.review_reason, p.text, p.url
FROM cases c JOIN posts p ON p.post_id = c.origin_post_id
WHERE c.needs_review = 1
ORDER BY c.status IN ('open', 'in_progress') DESC, c.opened_at IS NULL, c.opened_at, c.case_id
LIMIT ?
"""

_GONE = """
FROM case_posts cp
JOIN cases c ON c.case_id = cp.case_id AND c.status IN ('open', 'in_progress')
JOIN posts p ON p.post_id = cp.post_id AND p.availability NOT IN ('visible', 'blocked')
"""
_BY_THE_AUTHOR = "cp.role IN ('origin', 'author_update', 'author_post')"

GONE_COUNT = f"SELECT COUNT(*) {_GONE} WHERE {_BY_THE_AUTHOR}"

GONE_COPIES = f"SELECT COUNT(DISTINCT cp.post_id) {_GONE} WHERE NOT {_BY_THE_AUTHOR}"

GONE_POSTS = f"""
SELECT cp.case_id, c.status, cp.role, p.availability, p.author_name, p.text, p.url,
       (SELECT MIN(o.observed_at) FROM observations o WHERE o.post_id = p.post_id AND o.availability = p.availability)
           AS gone_since,
       (SELECT COUNT(*) FROM observations o WHERE o.post_id = p.post_id AND o.availability = p.availability)
           AS sightings
{_GONE}
WHERE {_BY_THE_AUTHOR}
ORDER BY gone_since DESC, cp.case_id, cp.post_id
LIMIT ?
"""  # noqa: S608 our own text

REJECT_COUNT = "SELECT COUNT(*) FROM rejects WHERE run_id = ?"

REJECTS = "SELECT file, line, reason FROM rejects WHERE run_id = ? ORDER BY file, line, reason LIMIT ?"

DAYS = """
WITH kinds AS (
    SELECT date(p.posted_at, '+8 hours') AS day,
           CASE WHEN EXISTS (SELECT 1 FROM case_posts cp WHERE cp.post_id = p.post_id AND cp.is_stale = 1) THEN 'stale'
                WHEN EXISTS (SELECT 1 FROM case_posts cp WHERE cp.post_id = p.post_id
                             AND cp.role IN ('repost', 'copy', 'screenshot')) THEN 'copy'
                WHEN p.is_plea = 1 THEN 'plea' END AS kind
    FROM posts p
    WHERE p.posted_at <= :now
      AND p.posted_at >= (SELECT datetime(MAX(posted_at), :days, '-1 day') FROM posts WHERE posted_at <= :now)
)
SELECT day, SUM(kind = 'plea') AS pleas, SUM(kind = 'copy') AS copies, SUM(kind = 'stale') AS stale
FROM kinds WHERE kind IS NOT NULL
GROUP BY day HAVING day >= (SELECT date(MAX(day), :days) FROM kinds WHERE kind IS NOT NULL)
ORDER BY day
"""
