-- Times are ISO 8601 UTC text (2022-03-28T14:04:00Z), flags are 0/1. Every column is described in data/columns.tsv.

CREATE TABLE runs (
    run_id      TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    finished_at TEXT,
    outcome     TEXT CHECK (outcome IN ('done', 'partial', 'failed')),
    note        TEXT
);

CREATE TABLE run_sources (
    run_id    TEXT NOT NULL REFERENCES runs (run_id),
    source    TEXT NOT NULL,
    query     TEXT NOT NULL,
    requested INTEGER NOT NULL DEFAULT 0,
    seen      INTEGER NOT NULL DEFAULT 0,
    new       INTEGER NOT NULL DEFAULT 0,
    changed   INTEGER NOT NULL DEFAULT 0,
    refused   INTEGER NOT NULL DEFAULT 0,
    complete  INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
    note      TEXT,
    PRIMARY KEY (run_id, source, query)
);

CREATE TABLE run_steps (
    run_id      TEXT NOT NULL REFERENCES runs (run_id),
    step        TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    counts      TEXT NOT NULL,
    PRIMARY KEY (run_id, step)
);

CREATE TABLE rejects (
    file   TEXT NOT NULL,
    line   INTEGER NOT NULL,
    reason TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (run_id),
    PRIMARY KEY (file, line, reason)
);

CREATE TABLE posts (
    post_id             TEXT PRIMARY KEY,
    platform            TEXT NOT NULL,
    native_id           TEXT NOT NULL,
    url                 TEXT,
    author_id           TEXT,
    author_name         TEXT,
    author_kind         TEXT NOT NULL CHECK (author_kind IN ('person', 'official', 'media', 'platform')),
    posted_at           TEXT,
    first_seen_at       TEXT NOT NULL,
    last_seen_at        TEXT,
    last_checked_at     TEXT,
    availability        TEXT NOT NULL,
    repost_of           TEXT,
    reply_to            TEXT,
    text                TEXT,
    text_observation_id TEXT,
    is_edited           INTEGER NOT NULL DEFAULT 0 CHECK (is_edited IN (0, 1)),
    is_plea             INTEGER NOT NULL DEFAULT 0 CHECK (is_plea IN (0, 1)),
    was_plea            INTEGER NOT NULL DEFAULT 0 CHECK (was_plea IN (0, 1)),
    label               TEXT,
    label_score         REAL,
    category            TEXT,
    province            TEXT,
    city                TEXT,
    district            TEXT,
    cohort              INTEGER,
    is_dirty            INTEGER NOT NULL DEFAULT 1 CHECK (is_dirty IN (0, 1))
);
CREATE INDEX posts_by_author ON posts (author_id, posted_at);
CREATE INDEX posts_by_repost ON posts (repost_of) WHERE repost_of IS NOT NULL;
CREATE INDEX posts_by_reply ON posts (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX posts_by_time ON posts (posted_at);
CREATE INDEX posts_by_url ON posts (url) WHERE url IS NOT NULL;
CREATE INDEX posts_dirty ON posts (post_id) WHERE is_dirty = 1;

CREATE TABLE observations (
    seq            INTEGER PRIMARY KEY,
    observation_id TEXT NOT NULL UNIQUE,
    post_id        TEXT NOT NULL REFERENCES posts (post_id),
    observed_at    TEXT NOT NULL,
    availability   TEXT NOT NULL,
    text           TEXT,
    edited_at      TEXT,
    reposts        INTEGER,
    comments       INTEGER,
    likes          INTEGER,
    url            TEXT,
    author_id      TEXT,
    author_name    TEXT,
    author_kind    TEXT NOT NULL,
    posted_at      TEXT,
    repost_of      TEXT,
    reply_to       TEXT,
    is_purged      INTEGER NOT NULL DEFAULT 0 CHECK (is_purged IN (0, 1)),
    is_linked      INTEGER NOT NULL DEFAULT 0 CHECK (is_linked IN (0, 1)),
    run_id         TEXT NOT NULL REFERENCES runs (run_id)
);
CREATE INDEX observations_by_post ON observations (post_id, observed_at);
CREATE INDEX observations_unlinked ON observations (seq) WHERE is_linked = 0;

CREATE TABLE mentions (
    post_id        TEXT NOT NULL REFERENCES posts (post_id),
    observation_id TEXT NOT NULL REFERENCES observations (observation_id),
    kind           TEXT NOT NULL CHECK (kind IN ('phone', 'id_number', 'person', 'age', 'address', 'place', 'need')),
    masked         TEXT NOT NULL,
    hmac           TEXT,
    start          INTEGER NOT NULL,
    "end"          INTEGER NOT NULL,
    rule           TEXT NOT NULL
);
CREATE INDEX mentions_by_post ON mentions (post_id);
CREATE INDEX mentions_by_observation ON mentions (observation_id);
CREATE INDEX mentions_by_hmac ON mentions (hmac) WHERE hmac IS NOT NULL AND kind IN ('phone', 'id_number');

CREATE TABLE images (
    image_id TEXT PRIMARY KEY,
    width    INTEGER,
    height   INTEGER,
    ocr_text TEXT
);

CREATE TABLE post_images (
    post_id  TEXT NOT NULL REFERENCES posts (post_id),
    image_id TEXT NOT NULL REFERENCES images (image_id),
    position INTEGER NOT NULL,
    PRIMARY KEY (post_id, image_id)
) WITHOUT ROWID;

CREATE TABLE matches (
    left_post_id  TEXT NOT NULL REFERENCES posts (post_id),
    right_post_id TEXT NOT NULL REFERENCES posts (post_id),
    found_by      TEXT NOT NULL CHECK (found_by IN ('native', 'text', 'screenshot', 'phone', 'judgement')),
    score         REAL NOT NULL,
    evidence      TEXT NOT NULL,
    is_round_up   INTEGER NOT NULL DEFAULT 0 CHECK (is_round_up IN (0, 1)),
    PRIMARY KEY (left_post_id, right_post_id, found_by)
) WITHOUT ROWID;
CREATE INDEX matches_by_right ON matches (right_post_id);

CREATE TABLE conflicts (
    left_post_id  TEXT NOT NULL REFERENCES posts (post_id),
    right_post_id TEXT NOT NULL REFERENCES posts (post_id),
    score         REAL NOT NULL,
    evidence      TEXT NOT NULL,
    is_household  INTEGER NOT NULL CHECK (is_household IN (0, 1)),
    PRIMARY KEY (left_post_id, right_post_id)
) WITHOUT ROWID;
CREATE INDEX conflicts_by_right ON conflicts (right_post_id);

CREATE TABLE cases (
    case_id          TEXT PRIMARY KEY,
    origin_post_id   TEXT NOT NULL REFERENCES posts (post_id),
    origin_certainty TEXT NOT NULL CHECK (origin_certainty IN ('certain', 'earliest_seen')),
    author_id        TEXT,
    opened_at        TEXT,
    last_seen_at     TEXT,
    status           TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'resolved', 'withdrawn', 'closed')),
    status_since     TEXT,
    status_update_id TEXT,
    needs_review     INTEGER NOT NULL DEFAULT 0 CHECK (needs_review IN (0, 1)),
    review_reason    TEXT,
    category         TEXT,
    district         TEXT,
    post_count       INTEGER NOT NULL,
    stale_count      INTEGER NOT NULL,
    last_verified_at TEXT
);
CREATE INDEX cases_by_origin ON cases (origin_post_id);
CREATE INDEX cases_by_author ON cases (author_id);
CREATE INDEX cases_by_status ON cases (status, status_since);

CREATE TABLE case_posts (
    case_id      TEXT NOT NULL REFERENCES cases (case_id),
    post_id      TEXT NOT NULL REFERENCES posts (post_id),
    role         TEXT NOT NULL CHECK (role IN ('origin', 'author_update', 'author_post', 'repost', 'copy', 'screenshot',
                                               'comment', 'official_reply', 'round_up')),
    is_stale     INTEGER NOT NULL DEFAULT 0 CHECK (is_stale IN (0, 1)),
    stale_reason TEXT,
    is_late      INTEGER NOT NULL DEFAULT 0 CHECK (is_late IN (0, 1)),
    lag_seconds  INTEGER,
    found_by     TEXT,
    score        REAL,
    PRIMARY KEY (case_id, post_id)
) WITHOUT ROWID;
CREATE INDEX case_posts_by_post ON case_posts (post_id);

CREATE TABLE case_links (
    left_case_id  TEXT NOT NULL REFERENCES cases (case_id),
    right_case_id TEXT NOT NULL REFERENCES cases (case_id),
    relation      TEXT NOT NULL CHECK (relation IN ('same_household', 'same_author', 'possible_duplicate')),
    PRIMARY KEY (left_case_id, right_case_id, relation)
) WITHOUT ROWID;
CREATE INDEX case_links_by_right ON case_links (right_case_id);

CREATE TABLE case_aliases (
    old_case_id TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL
);

CREATE TABLE status_updates (
    update_id   TEXT NOT NULL,
    case_id     TEXT NOT NULL REFERENCES cases (case_id),
    post_id     TEXT REFERENCES posts (post_id),
    kind        TEXT NOT NULL CHECK (kind IN ('progress', 'resolved', 'withdrawn', 'closed', 'reopened')),
    source      TEXT NOT NULL CHECK (source IN ('author', 'official', 'third_party', 'desk')),
    said_at     TEXT NOT NULL,
    observed_at TEXT NOT NULL,
    quote       TEXT NOT NULL,
    rule        TEXT NOT NULL,
    confidence  REAL NOT NULL,
    in_force    INTEGER NOT NULL CHECK (in_force IN (0, 1)),
    PRIMARY KEY (case_id, update_id)
) WITHOUT ROWID;
CREATE INDEX status_updates_by_post ON status_updates (post_id);

CREATE TABLE judgements (
    judgement_id  INTEGER PRIMARY KEY,
    left_post_id  TEXT NOT NULL,
    right_post_id TEXT NOT NULL,
    judgement     TEXT NOT NULL CHECK (judgement IN ('same', 'different')),
    "by"          TEXT NOT NULL,
    "at"          TEXT NOT NULL,
    note          TEXT
);

CREATE INDEX judgements_by_left ON judgements (left_post_id);
CREATE INDEX judgements_by_right ON judgements (right_post_id);

CREATE TABLE verdicts (
    verdict_id     INTEGER PRIMARY KEY,
    case_id        TEXT NOT NULL,
    origin_post_id TEXT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('open', 'in_progress', 'resolved', 'withdrawn', 'closed')),
    "by"           TEXT NOT NULL,
    "at"           TEXT NOT NULL,
    note           TEXT
);

CREATE TABLE kept_readings (
    observation_id TEXT NOT NULL REFERENCES observations (observation_id),
    post_id        TEXT NOT NULL REFERENCES posts (post_id),
    kind           TEXT NOT NULL,
    rule           TEXT NOT NULL,
    confidence     REAL NOT NULL,
    PRIMARY KEY (observation_id)
) WITHOUT ROWID;

CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    "by"     TEXT NOT NULL,
    "at"     TEXT NOT NULL,
    reason   TEXT NOT NULL
);

CREATE TABLE link_pages (
    page INTEGER PRIMARY KEY,
    data BLOB NOT NULL
);

CREATE TABLE link_documents (
    doc_id INTEGER PRIMARY KEY,
    data   BLOB NOT NULL
);

CREATE TABLE fingerprints (
    key    INTEGER NOT NULL,
    doc_id INTEGER NOT NULL,
    PRIMARY KEY (key, doc_id)
) WITHOUT ROWID;
CREATE INDEX fingerprints_by_document ON fingerprints (doc_id);

CREATE TABLE state (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE column_descriptions (
    table_name     TEXT NOT NULL,
    column_name    TEXT NOT NULL,
    description_zh TEXT NOT NULL,
    description    TEXT NOT NULL,
    PRIMARY KEY (table_name, column_name)
) WITHOUT ROWID;

CREATE VIEW stale_reposts AS
SELECT cp.case_id, cp.post_id, p.url, p.author_name, cp.role, p.posted_at, p.text, cp.stale_reason, cp.is_late,
       cp.lag_seconds, c.status, c.status_since, u.quote AS author_words, u.said_at AS author_said_at,
       u.post_id AS author_post_id, c.origin_post_id, c.category, c.district
FROM case_posts cp
JOIN cases c ON c.case_id = cp.case_id
JOIN posts p ON p.post_id = cp.post_id
LEFT JOIN status_updates u ON u.case_id = c.case_id AND u.update_id = c.status_update_id
WHERE cp.is_stale = 1;

CREATE VIEW open_cases AS
SELECT c.case_id, c.status, c.status_since, c.opened_at, c.category, c.district, c.post_count, c.needs_review,
       c.review_reason, c.last_seen_at, c.last_verified_at, c.origin_post_id, c.origin_certainty, p.url, p.text
FROM cases c
JOIN posts p ON p.post_id = c.origin_post_id
WHERE c.status IN ('open', 'in_progress');

CREATE VIEW case_timeline AS
SELECT cp.case_id, p.posted_at AS at, 'post' AS event, cp.role AS what, cp.post_id, p.author_name AS who, p.text AS words
FROM case_posts cp
JOIN posts p ON p.post_id = cp.post_id
UNION ALL
SELECT u.case_id, u.said_at, 'status', u.kind, u.post_id, u.source, u.quote
FROM status_updates u
UNION ALL
SELECT cp.case_id, MIN(o.observed_at), 'availability', o.availability, cp.post_id, p.author_name, NULL
FROM case_posts cp
JOIN posts p ON p.post_id = cp.post_id
JOIN observations o ON o.post_id = cp.post_id AND o.availability NOT IN ('visible', 'blocked')
GROUP BY cp.case_id, cp.post_id, o.availability;

CREATE VIEW daily_counts AS
SELECT substr(p.posted_at, 1, 10) AS day,
       COUNT(*) AS posts,
       SUM(p.is_plea) AS pleas,
       SUM(EXISTS (SELECT 1 FROM cases c WHERE c.origin_post_id = p.post_id)) AS new_cases,
       SUM(EXISTS (SELECT 1 FROM case_posts cp WHERE cp.post_id = p.post_id AND cp.is_stale = 1)) AS stale_posts,
       SUM(EXISTS (SELECT 1 FROM case_posts cp WHERE cp.post_id = p.post_id AND cp.is_late = 1)) AS late_posts
FROM posts p
WHERE p.posted_at IS NOT NULL
GROUP BY day;
