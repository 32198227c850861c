-- The public lists of help boards: hot, featured, newest, what an editor put on top, and what many people ask.
-- Pins are a person's word: append-only, they hang on the post that their case began with, and survive a rebuild.
CREATE TABLE pins (
    pin_id         INTEGER PRIMARY KEY,
    case_id        TEXT NOT NULL,
    origin_post_id TEXT NOT NULL,
    kind           TEXT NOT NULL CHECK (kind IN ('featured', 'top')),
    "by"           TEXT NOT NULL,
    "at"           TEXT NOT NULL,
    note           TEXT
);
CREATE INDEX pins_by_post ON pins (origin_post_id);

CREATE TABLE undone_pins (
    pin_id INTEGER PRIMARY KEY REFERENCES pins (pin_id),
    "by"   TEXT NOT NULL,
    "at"   TEXT NOT NULL,
    note   TEXT
);

-- How offices say that a matter was taken up or passed on, and that it is done (data/office_words.tsv).
CREATE TABLE office_words (
    stage TEXT NOT NULL CHECK (stage IN ('handed_over', 'done')),
    word  TEXT NOT NULL,
    PRIMARY KEY (stage, word)
) WITHOUT ROWID;

-- What the queue filters by and what the lists are ordered by.
DROP INDEX cases_by_district;
CREATE INDEX cases_by_district ON cases (district, status, opened_at);
CREATE INDEX cases_by_category ON cases (category, status, opened_at);
CREATE INDEX case_posts_official ON case_posts (case_id, post_id) WHERE role = 'official_reply';
CREATE INDEX cases_by_opening ON cases (opened_at);
CREATE INDEX cases_by_sighting ON cases (last_seen_at);
CREATE INDEX cases_to_review_by_district ON cases (district, opened_at) WHERE needs_review = 1;
CREATE INDEX cases_to_review_by_category ON cases (category, opened_at) WHERE needs_review = 1;

DROP VIEW clock_totals;
DROP VIEW clocks_by_district;
DROP VIEW clocks_by_category;
DROP VIEW clocks_by_official;
DROP VIEW case_clocks;

-- The two exits of a board: an office answers online, or the matter is handed over to those who do something. The word of
-- an office that it is done stands beside the word of the author, and never in its place.
CREATE VIEW case_clocks AS
SELECT t.case_id, t.category, t.district, t.status, t.received_at, t.answered_at,
       CASE WHEN t.handed_over_at IS NULL THEN t.replied_at END AS answered_online_at, t.handed_over_at,
       t.office_done_at, t.done_at,
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
           (SELECT MIN(p.posted_at) FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
            WHERE cp.case_id = c.case_id AND cp.role = 'official_reply' AND p.posted_at >= c.opened_at) AS replied_at,
           (SELECT MIN(p.posted_at) FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
            WHERE cp.case_id = c.case_id AND cp.role = 'official_reply' AND p.posted_at >= c.opened_at
              AND EXISTS (SELECT 1 FROM office_words w WHERE w.stage = 'handed_over' AND instr(p.text, w.word) > 0)
           ) AS handed_over_at,
           (SELECT MIN(p.posted_at) FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
            WHERE cp.case_id = c.case_id AND cp.role = 'official_reply' AND p.posted_at >= c.opened_at
              AND EXISTS (SELECT 1 FROM office_words w WHERE w.stage = 'done' AND instr(p.text, w.word) > 0)
           ) AS office_done_at,
           CASE c.status WHEN 'resolved' THEN c.status_since END AS done_at,
           (SELECT MAX(last_seen_at) FROM cases) AS seen_until
    FROM cases c
    WHERE c.opened_at IS NOT NULL
) t;

CREATE VIEW clock_totals AS
SELECT COUNT(*) AS received, COUNT(answered_at) AS answered, COUNT(answered_online_at) AS answered_online,
       COUNT(handed_over_at) AS handed_over, COUNT(office_done_at) AS office_done, COUNT(done_at) AS done,
       ROUND(1.0 * COUNT(answered_at) / COUNT(*), 4) AS answer_rate,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       ROUND(1.0 * SUM(is_due_3_h AND is_answered_3_h) / NULLIF(SUM(is_due_3_h), 0), 4) AS share_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h,
       ROUND(1.0 * SUM(is_due_8_h AND is_answered_8_h) / NULLIF(SUM(is_due_8_h), 0), 4) AS share_8_h
FROM case_clocks;

CREATE VIEW clocks_by_district AS
SELECT district, COUNT(*) AS received, COUNT(answered_at) AS answered, COUNT(answered_online_at) AS answered_online,
       COUNT(handed_over_at) AS handed_over, COUNT(office_done_at) AS office_done, COUNT(done_at) AS done,
       ROUND(1.0 * COUNT(answered_at) / COUNT(*), 4) AS answer_rate,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       ROUND(1.0 * SUM(is_due_3_h AND is_answered_3_h) / NULLIF(SUM(is_due_3_h), 0), 4) AS share_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h,
       ROUND(1.0 * SUM(is_due_8_h AND is_answered_8_h) / NULLIF(SUM(is_due_8_h), 0), 4) AS share_8_h
FROM case_clocks GROUP BY district;

CREATE VIEW clocks_by_category AS
SELECT category, COUNT(*) AS received, COUNT(answered_at) AS answered, COUNT(answered_online_at) AS answered_online,
       COUNT(handed_over_at) AS handed_over, COUNT(office_done_at) AS office_done, COUNT(done_at) AS done,
       ROUND(1.0 * COUNT(answered_at) / COUNT(*), 4) AS answer_rate,
       SUM(is_due_3_h) AS due_3_h, SUM(is_due_3_h AND is_answered_3_h) AS answered_3_h,
       ROUND(1.0 * SUM(is_due_3_h AND is_answered_3_h) / NULLIF(SUM(is_due_3_h), 0), 4) AS share_3_h,
       SUM(is_due_8_h) AS due_8_h, SUM(is_due_8_h AND is_answered_8_h) AS answered_8_h,
       ROUND(1.0 * SUM(is_due_8_h AND is_answered_8_h) / NULLIF(SUM(is_due_8_h), 0), 4) AS share_8_h
FROM case_clocks GROUP BY category;

-- A department is known by the account that it answers with. Whom a plea was addressed to is not public: its due is what
-- the districts that it answers in received, from the first plea on that it answered.
CREATE VIEW clocks_by_official AS
WITH firsts AS (
    SELECT cp.case_id, p.author_id, MAX(p.author_name) AS author_name, COUNT(*) AS replies,
           MIN(p.posted_at) AS replied_at, MAX(EXISTS (
               SELECT 1 FROM office_words w WHERE w.stage = 'handed_over' AND instr(p.text, w.word) > 0)) AS is_handed_over
    FROM case_posts cp
    JOIN posts p ON p.post_id = cp.post_id
    JOIN cases c ON c.case_id = cp.case_id
    WHERE cp.role = 'official_reply' AND p.posted_at >= c.opened_at
    GROUP BY cp.case_id, p.author_id
), answered AS (
    SELECT f.*, c.district, c.status, c.opened_at,
           CAST(strftime('%s', f.replied_at) AS INTEGER) - CAST(strftime('%s', c.opened_at) AS INTEGER) AS seconds
    FROM firsts f JOIN cases c ON c.case_id = f.case_id
), remits AS (
    SELECT author_id, district, MIN(opened_at) AS since FROM answered GROUP BY author_id, district
), dues AS (
    SELECT r.author_id, SUM((SELECT COUNT(*) FROM cases c WHERE c.district IS r.district AND c.opened_at >= r.since))
           AS due
    FROM remits r GROUP BY r.author_id
)
SELECT a.author_id, MAX(a.author_name) AS author_name, SUM(a.replies) AS replies, COUNT(*) AS cases,
       SUM(a.is_handed_over) AS handed_over, SUM(a.status = 'resolved') AS done, MIN(a.seconds) AS fastest_seconds,
       SUM(a.seconds <= 3 * 3600) AS answered_3_h, SUM(a.seconds <= 8 * 3600) AS answered_8_h,
       MAX(d.due) AS due, ROUND(1.0 * COUNT(*) / MAX(d.due), 4) AS answer_rate
FROM answered a JOIN dues d ON d.author_id = a.author_id
GROUP BY a.author_id;

-- top: an editor holds the case above every list; featured: it is one of the list of good answers.
CREATE VIEW pinned_cases AS
SELECT cp.case_id, MAX(k.kind = 'top') AS is_top, MAX(k.kind = 'featured') AS is_featured, MAX(k."at") AS pinned_at
FROM pins k JOIN case_posts cp ON cp.post_id = k.origin_post_id AND cp.role <> 'round_up'
WHERE k.pin_id NOT IN (SELECT pin_id FROM undone_pins)
GROUP BY cp.case_id;

-- Hot: whatever is said of a case in the last 24 hours of sightings, whoever says it.
CREATE VIEW hot_cases AS
SELECT ROW_NUMBER() OVER (ORDER BY h.posts_in_day DESC, h.last_at DESC, h.case_id) AS place, h.case_id,
       h.posts_in_day, h.accounts_in_day, h.last_at, c.opened_at, c.status, c.needs_review, c.category, c.district,
       c.post_count, c.stale_count, c.origin_post_id, p.url, p.text
FROM (
    SELECT cp.case_id, COUNT(*) AS posts_in_day, COUNT(DISTINCT p.author_id) AS accounts_in_day,
           MAX(p.posted_at) AS last_at
    FROM posts p JOIN case_posts cp ON cp.post_id = p.post_id
    WHERE p.posted_at > (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', MAX(last_seen_at), '-1 day') FROM cases)
      AND p.posted_at <= (SELECT MAX(last_seen_at) FROM cases)
    GROUP BY cp.case_id
    ORDER BY posts_in_day DESC, last_at DESC, cp.case_id LIMIT 200
) h
JOIN cases c ON c.case_id = h.case_id
JOIN posts p ON p.post_id = c.origin_post_id;

CREATE VIEW featured_cases AS
SELECT ROW_NUMBER() OVER (ORDER BY k.pinned_at DESC, k.case_id) AS place, k.case_id, k.pinned_at, c.opened_at,
       c.status, c.needs_review, c.category, c.district, c.post_count, c.stale_count, c.origin_post_id, p.url, p.text
FROM pinned_cases k
JOIN cases c ON c.case_id = k.case_id
JOIN posts p ON p.post_id = c.origin_post_id
WHERE k.is_featured = 1;

CREATE VIEW newest_cases AS
SELECT ROW_NUMBER() OVER (ORDER BY n.opened_at DESC, n.case_id) AS place, n.case_id, n.opened_at, n.status,
       n.needs_review, n.category, n.district, n.post_count, n.stale_count, n.origin_post_id, p.url, p.text
FROM (SELECT * FROM cases WHERE opened_at IS NOT NULL ORDER BY opened_at DESC, case_id LIMIT 200) n
JOIN posts p ON p.post_id = n.origin_post_id;

-- What many people ask for: needs, and within each the first word of it in the plea as first seen.
CREATE VIEW common_questions AS
SELECT q.category, IFNULL(q.word, '') AS word, COUNT(*) AS cases, SUM(q.status IN ('open', 'in_progress')) AS waiting,
       COUNT(q.answered_at) AS answered, SUM(q.status = 'resolved') AS done, COUNT(DISTINCT q.district) AS districts,
       SUM(IFNULL(q.received_at > q.day_ago, 0)) AS cases_in_day, SUM(q.post_count) AS posts, MIN(q.received_at) AS first_at,
       MAX(q.received_at) AS last_at
FROM (
    SELECT k.*, c.post_count,
           (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', MAX(last_seen_at), '-1 day') FROM cases) AS day_ago,
           (SELECT substr(o.text, m.start + 1, m."end" - m.start)
            FROM mentions m JOIN observations o ON o.observation_id = m.observation_id
            WHERE m.post_id = c.origin_post_id AND m.kind = 'need' AND m.masked = c.category AND o.text IS NOT NULL
            ORDER BY o.seq LIMIT 1) AS word
    FROM case_clocks k JOIN cases c ON c.case_id = k.case_id
    WHERE c.category IS NOT NULL
) q
GROUP BY q.category, IFNULL(q.word, '');
