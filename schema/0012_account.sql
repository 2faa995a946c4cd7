-- Programs of schema 1 keep working beside this: it only adds.

-- From where a person signed in, and from where their token was used last.
ALTER TABLE sessions ADD COLUMN address {text};
ALTER TABLE personal_access_tokens ADD COLUMN last_used_from {text};

-- Links that were mailed: good once. An earlier one of the same purpose is gone.
CREATE TABLE one_time_links (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose {text} NOT NULL,
    verifier {bytes} NOT NULL,
    address {text} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {lean};
CREATE INDEX one_time_links_of_user ON one_time_links (user_id);
CREATE INDEX one_time_links_by_end ON one_time_links (expires_at);

-- Mail on its way. What it says is encrypted: it may hold a link.
CREATE TABLE mails (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    sealed {bytes} NOT NULL,
    created_at {int} NOT NULL,
    attempts {int} NOT NULL,
    next_at {int} NOT NULL,
    given_up_at {int},
    fault {text}
) {lean};
CREATE INDEX mails_by_turn ON mails (next_at);
