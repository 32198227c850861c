-- Re-check: what each night ordered and why, and how far each list of the site (an author's page, a post's comments) is
-- known, so that nobody reads again what has not changed. Bookkeeping of runs: nothing is concluded from it.
CREATE TABLE recheck_orders (
    run_id    TEXT NOT NULL REFERENCES runs (run_id),
    position  INTEGER NOT NULL,
    case_id   TEXT NOT NULL,
    post_id   TEXT NOT NULL,
    author_id TEXT,
    looks     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    due_at    TEXT NOT NULL,
    outcome   TEXT CHECK (outcome IN ('read', 'refused')),
    PRIMARY KEY (run_id, position)
) WITHOUT ROWID;
CREATE INDEX recheck_orders_by_case ON recheck_orders (case_id);

CREATE TABLE list_heads (
    kind      TEXT NOT NULL CHECK (kind IN ('timeline', 'comments')),
    subject   TEXT NOT NULL,
    read_at   TEXT NOT NULL,
    from_at   TEXT,
    newest_id TEXT,
    total     INTEGER,
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;
