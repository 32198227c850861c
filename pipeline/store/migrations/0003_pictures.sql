-- What pictures say. `images` gains its format, its perceptual hash and which reader read it (NULL: waits to be read;
-- the work list is an index). The posts that a picture shows stand in `shown_posts`, masked like any text; each post that
-- carries a picture is linked by them as documents of their own, whose numbers begin where observations never reach.
ALTER TABLE images ADD COLUMN kind TEXT;
ALTER TABLE images ADD COLUMN phash BLOB;
ALTER TABLE images ADD COLUMN platform TEXT;
ALTER TABLE images ADD COLUMN lines TEXT;
ALTER TABLE images ADD COLUMN reader TEXT;
CREATE INDEX images_unread ON images (image_id) WHERE reader IS NULL;
CREATE INDEX post_images_by_image ON post_images (image_id);

CREATE TABLE shown_posts (
    image_id    TEXT NOT NULL REFERENCES images (image_id) ON DELETE CASCADE,
    position    INTEGER NOT NULL,
    author_name TEXT,
    shown_at    TEXT,
    source      TEXT,
    text        TEXT NOT NULL,
    label       TEXT NOT NULL,
    characters  INTEGER NOT NULL,
    is_masked   INTEGER NOT NULL CHECK (is_masked IN (0, 1)),
    is_cut      INTEGER NOT NULL CHECK (is_cut IN (0, 1)),
    "left"      INTEGER NOT NULL,
    top         INTEGER NOT NULL,
    "right"     INTEGER NOT NULL,
    bottom      INTEGER NOT NULL,
    PRIMARY KEY (image_id, position)
) WITHOUT ROWID;

CREATE TABLE shown_mentions (
    image_id TEXT NOT NULL REFERENCES images (image_id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('phone', 'id_number', 'person', 'age', 'address', 'place', 'need')),
    masked   TEXT NOT NULL,
    hmac     TEXT,
    start    INTEGER NOT NULL,
    "end"    INTEGER NOT NULL,
    rule     TEXT NOT NULL
);
CREATE INDEX shown_mentions_by_image ON shown_mentions (image_id, position);

CREATE TABLE shown_documents (
    doc_id    INTEGER PRIMARY KEY CHECK (doc_id > 1099511627776),
    post_id   TEXT NOT NULL REFERENCES posts (post_id),
    image_id  TEXT NOT NULL,
    position  INTEGER NOT NULL,
    is_linked INTEGER NOT NULL DEFAULT 0 CHECK (is_linked IN (0, 1)),
    UNIQUE (post_id, image_id, position)
);
CREATE INDEX shown_documents_unlinked ON shown_documents (doc_id) WHERE is_linked = 0;
