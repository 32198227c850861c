-- What the desk asks, without reading all posts or all cases, and what a person took back.
CREATE INDEX cases_waiting ON cases (status, opened_at);
CREATE INDEX cases_to_review ON cases (opened_at) WHERE needs_review = 1;
CREATE INDEX cases_by_district ON cases (district);
CREATE INDEX posts_gone ON posts (last_checked_at) WHERE availability NOT IN ('visible', 'blocked');
CREATE INDEX case_aliases_by_case ON case_aliases (case_id);
CREATE INDEX case_posts_late ON case_posts (case_id, post_id) WHERE is_stale = 1 AND is_late = 1;

-- Cases whose stale copies go on appearing after the answer: derived, kept by the two triggers.
CREATE TABLE case_spread (
    case_id      TEXT PRIMARY KEY,
    late_count   INTEGER NOT NULL,
    last_late_at TEXT
) WITHOUT ROWID;
CREATE INDEX case_spread_by_time ON case_spread (last_late_at);

CREATE TRIGGER case_spread_grows AFTER INSERT ON case_posts WHEN NEW.is_stale = 1 AND NEW.is_late = 1
BEGIN INSERT INTO case_spread (case_id, late_count, last_late_at) SELECT NEW.case_id, 1, posted_at FROM posts WHERE post_id = NEW.post_id ON CONFLICT (case_id) DO UPDATE SET late_count = late_count + 1, last_late_at = NULLIF(MAX(COALESCE(last_late_at, ''), COALESCE(excluded.last_late_at, '')), ''); END;

CREATE TRIGGER case_spread_ends AFTER DELETE ON cases
BEGIN DELETE FROM case_spread WHERE case_id = OLD.case_id; END;

INSERT INTO case_spread (case_id, late_count, last_late_at)
SELECT cp.case_id, COUNT(*), MAX(p.posted_at) FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
WHERE cp.is_stale = 1 AND cp.is_late = 1 GROUP BY cp.case_id;

CREATE TABLE undone_judgements (
    judgement_id INTEGER PRIMARY KEY REFERENCES judgements (judgement_id),
    "by"         TEXT NOT NULL,
    "at"         TEXT NOT NULL,
    note         TEXT
);

CREATE TABLE undone_verdicts (
    verdict_id INTEGER PRIMARY KEY REFERENCES verdicts (verdict_id),
    "by"       TEXT NOT NULL,
    "at"       TEXT NOT NULL,
    note       TEXT
);
