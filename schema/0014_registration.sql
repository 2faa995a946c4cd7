-- Programs of schema 1 keep working beside this: it only adds.

-- What lets whoever holds it register clients.
CREATE TABLE initial_access_tokens (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    name {text} NOT NULL,
    verifier {bytes} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int},
    use_limit {int},
    uses {int} NOT NULL,
    last_used_at {int}
) {lean};
CREATE INDEX initial_access_tokens_of_realm ON initial_access_tokens (realm_id, id);
CREATE INDEX initial_access_tokens_by_end ON initial_access_tokens (expires_at);

-- Clients that registered themselves, and what they prove that with.
CREATE TABLE registrations (
    client_key {id} NOT NULL PRIMARY KEY REFERENCES clients (key) ON DELETE CASCADE,
    realm_id {id} NOT NULL,
    verifier {bytes} NOT NULL,
    registered_by {text} NOT NULL,
    seen_at {int} NOT NULL
) {lean};
CREATE INDEX registrations_of_realm ON registrations (realm_id, client_key);
CREATE INDEX registrations_by_use ON registrations (realm_id, seen_at);
