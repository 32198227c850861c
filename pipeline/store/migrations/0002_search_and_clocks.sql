-- Full-text search: the latest text of each post, one token a character (pipeline/store/wordindex.py), so that words of
-- two characters and long phrases are both found. Contentless: SQLite keeps postings only, no second copy of the words.
CREATE VIRTUAL TABLE post_words USING fts5(words, content='', tokenize='ascii');

CREATE TABLE worded_posts (
    doc_id         INTEGER PRIMARY KEY,
    post_id        TEXT NOT NULL UNIQUE REFERENCES posts (post_id),
    observation_id TEXT NOT NULL
);

-- The clocks of public help boards. An answer is what an official said, or what the author told of progress or help; a
-- case is due on a clock when the store's latest sighting is later than the clock's end, answered or not.
CREATE VIEW case_clocks AS
SELECT t.case_id, t.category, t.district, t.status, t.received_at, t.answered_at, t.handed_over_at, t.done_at,
       CAST(strftime('%s', t.answered_at) AS INTEGER) - CAST(strftime('%s', t.received_at) AS INTEGER)
           AS answer_seconds,
       CAST(strftime('%s', t.done_at) AS INTEGER) - CAST(strftime('%s', t.received_at) AS INTEGER) AS done_seconds,
       IFNULL(datetime(t.received_at, '+3 hours') <= datetime(t.seen_until), 0) AS is_due_3_h,
       IFNULL(datetime(t.received_at, '+3 hours') >= datetime(t.answered_at), 0) AS is_answered_3_h,
       IFNULL(datetime(t.received_at, '+8 hours') <= datetime(t.seen_until), 0) AS is_due_8_h,
       IFNULL(datetime(t.received_at, '+8 hours') >= datetime(t.answered_at), 0) AS is_answered_8_h
FROM (
    SELECT c.case_id, c.category, c.district, c.status, c.opened_at AS received_at,
           (SELECT MIN(a.at) FROM (
                SELECT u.said_at AS at FROM status_updates u
                WHERE u.case_id = c.case_id AND u.said_at >= c.opened_at
                  AND (u.source = 'official' OR (u.source IN ('author', 'desk') AND u.kind IN ('progress', 'resolved')))
                UNION ALL
                SELECT p.posted_at FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
                WHERE cp.case_id = c.case_id AND cp.role = 'official_reply' AND p.posted_at >= c.opened_at) a
           ) AS answered_at,
           (SELECT MIN(u.said_at) FROM status_updates u
            WHERE u.case_id = c.case_id AND u.source = 'official' AND u.kind = 'progress' AND u.said_at >= c.opened_at
           ) AS handed_over_at,
           CASE c.status WHEN 'resolved' THEN c.status_since END AS done_at,
           (SELECT MAX(last_seen_at) FROM cases) AS seen_until
    FROM cases c
    WHERE c.opened_at IS NOT NULL
) t;

CREATE VIEW clock_totals AS
SELECT COUNT(*) AS received, COUNT(answered_at) AS answered, COUNT(handed_over_at) AS handed_over,
       COUNT(done_at) AS done, ROUND(1.0 * COUNT(answered_at) / COUNT(*), 4) AS answer_rate,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       ROUND(1.0 * SUM(is_due_3_h AND is_answered_3_h) / NULLIF(SUM(is_due_3_h), 0), 4) AS share_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h,
       ROUND(1.0 * SUM(is_due_8_h AND is_answered_8_h) / NULLIF(SUM(is_due_8_h), 0), 4) AS share_8_h
FROM case_clocks;

CREATE VIEW clocks_by_district AS
SELECT district, COUNT(*) AS received, COUNT(answered_at) AS answered, COUNT(handed_over_at) AS handed_over,
       COUNT(done_at) AS done, ROUND(1.0 * COUNT(answered_at) / COUNT(*), 4) AS answer_rate,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       ROUND(1.0 * SUM(is_due_3_h AND is_answered_3_h) / NULLIF(SUM(is_due_3_h), 0), 4) AS share_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h,
       ROUND(1.0 * SUM(is_due_8_h AND is_answered_8_h) / NULLIF(SUM(is_due_8_h), 0), 4) AS share_8_h
FROM case_clocks GROUP BY district;

CREATE VIEW clocks_by_category AS
SELECT category, COUNT(*) AS received, COUNT(answered_at) AS answered, COUNT(handed_over_at) AS handed_over,
       COUNT(done_at) AS done, ROUND(1.0 * COUNT(answered_at) / COUNT(*), 4) AS answer_rate,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       ROUND(1.0 * SUM(is_due_3_h AND is_answered_3_h) / NULLIF(SUM(is_due_3_h), 0), 4) AS share_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h,
       ROUND(1.0 * SUM(is_due_8_h AND is_answered_8_h) / NULLIF(SUM(is_due_8_h), 0), 4) AS share_8_h
FROM case_clocks GROUP BY category;

CREATE VIEW clocks_by_official AS
SELECT p.author_id, MAX(p.author_name) AS author_name, COUNT(DISTINCT p.post_id) AS replies,
       COUNT(DISTINCT cp.case_id) AS cases,
       COUNT(DISTINCT CASE WHEN k.status = 'resolved' THEN cp.case_id END) AS done,
       MIN(CAST(strftime('%s', p.posted_at) AS INTEGER) - CAST(strftime('%s', k.received_at) AS INTEGER))
           AS fastest_seconds
FROM case_posts cp
JOIN posts p ON p.post_id = cp.post_id
JOIN case_clocks k ON k.case_id = cp.case_id
WHERE cp.role = 'official_reply' AND p.posted_at >= k.received_at
GROUP BY p.author_id;
