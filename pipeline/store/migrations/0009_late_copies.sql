-- When each stale copy after the answer was posted, by case: how fast a case spreads is counted without its posts.
-- Derived, kept by the two triggers beside those of case_spread.
CREATE TABLE late_copies (
    case_id   TEXT NOT NULL,
    posted_at TEXT NOT NULL,
    post_id   TEXT NOT NULL,
    PRIMARY KEY (case_id, posted_at, post_id)
) WITHOUT ROWID;

CREATE TRIGGER late_copies_grow AFTER INSERT ON case_posts WHEN NEW.is_stale = 1 AND NEW.is_late = 1
BEGIN INSERT OR IGNORE INTO late_copies SELECT NEW.case_id, posted_at, post_id FROM posts WHERE post_id = NEW.post_id AND posted_at IS NOT NULL; END;

CREATE TRIGGER late_copies_end AFTER DELETE ON cases
BEGIN DELETE FROM late_copies WHERE case_id = OLD.case_id; END;

INSERT INTO late_copies
SELECT cp.case_id, p.posted_at, p.post_id FROM case_posts cp JOIN posts p ON p.post_id = cp.post_id
WHERE cp.is_stale = 1 AND cp.is_late = 1 AND p.posted_at IS NOT NULL;
