-- What was heard of a case when its words were read, so that nobody reads them again. Derived; a case that is not here is
-- read whole. `is_joinable`: its posts do not contradict each other, and case_claims holds what a newcomer must not
-- contradict. `*_told_at`: when the post was written that first told the need and the place.
CREATE TABLE heard_cases (
    case_id             TEXT PRIMARY KEY REFERENCES cases (case_id) ON DELETE CASCADE,
    plea_observation_id TEXT NOT NULL,
    is_joinable         INTEGER NOT NULL CHECK (is_joinable IN (0, 1)),
    category_told_at    TEXT,
    district_told_at    TEXT
) WITHOUT ROWID;

-- Members whose words can move the status or ask for review, what they answer, and where verdicts hang.
CREATE TABLE case_voices (
    case_id TEXT NOT NULL REFERENCES heard_cases (case_id) ON DELETE CASCADE,
    post_id TEXT NOT NULL,
    PRIMARY KEY (case_id, post_id)
) WITHOUT ROWID;

-- A document of the link index for each different set of facts that can contradict a newcomer's.
CREATE TABLE case_claims (
    case_id TEXT NOT NULL REFERENCES heard_cases (case_id) ON DELETE CASCADE,
    doc_id  INTEGER NOT NULL,
    PRIMARY KEY (case_id, doc_id)
) WITHOUT ROWID;
