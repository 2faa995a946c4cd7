-- Programs of schema 1 keep working beside this: it only adds.

-- What people prove themselves with besides a password: keys of authenticator apps, encrypted; recovery
-- codes, as keyed hashes.
CREATE TABLE factors (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind {text} NOT NULL,
    secret {bytes} NOT NULL,
    step {int},
    created_at {int} NOT NULL,
    last_used_at {int}
) {lean};
CREATE INDEX factors_of_user ON factors (user_id);

-- What a sign-in was made with; null where that was before.
ALTER TABLE sessions ADD COLUMN amr {text};
ALTER TABLE codes ADD COLUMN amr {text};

-- When its person was told that a token ends soon.
ALTER TABLE personal_access_tokens ADD COLUMN reminded_at {int};

-- Optional scopes that a person left out, so that they are not asked about them each time.
ALTER TABLE consents ADD COLUMN declined {text};
