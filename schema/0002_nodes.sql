-- Programs of schema 1 keep working beside this: it only adds.

-- The oldest schema whose programs may still work on this database. A migration that takes away
-- what they need raises it.
ALTER TABLE installation ADD COLUMN oldest_schema {int} NOT NULL DEFAULT 1;

-- Who works on these rows now, where more than one may: what a folder's lock says of a file.
CREATE TABLE nodes (
    id {id} NOT NULL PRIMARY KEY,
    kind {text} NOT NULL,
    program {text} NOT NULL,
    -- The newest that the program knows.
    knows_schema {int} NOT NULL,
    place {text} NOT NULL,
    started_at {int} NOT NULL,
    -- The same moment by the node's clock and by the database's.
    clock_at {int} NOT NULL,
    seen_at {int} NOT NULL
) {wide};
