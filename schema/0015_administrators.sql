-- Programs of schema 1 keep working beside this: it only adds.

-- Who administers: accounts of the realm `admin`.
CREATE TABLE administrators (
    user_id {id} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    role {text} NOT NULL,
    -- Ids of the realms that they reach; null for all of them.
    realms {json},
    appointed_at {int} NOT NULL
) {lean};

-- Links that make somebody an administrator: good once. Without an address: the first owner's.
CREATE TABLE administrator_invitations (
    id {id} NOT NULL PRIMARY KEY,
    verifier {bytes} NOT NULL,
    email {text},
    role {text} NOT NULL,
    realms {json},
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {lean};
CREATE INDEX administrator_invitations_by_end ON administrator_invitations (expires_at);

-- What requests with a name of their own were answered, so that their repetition does nothing again.
-- The key is a hash of who asked what under which name. No secret is kept.
CREATE TABLE remembered_answers (
    id {bytes} NOT NULL PRIMARY KEY,
    request {bytes} NOT NULL,
    answer {json} NOT NULL,
    expires_at {int} NOT NULL
) {lean};
CREATE INDEX remembered_answers_by_end ON remembered_answers (expires_at);
