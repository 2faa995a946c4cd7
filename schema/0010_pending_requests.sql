-- Programs of schema 1 keep working beside this: it only adds.

-- Authorization requests that wait for a person who is signed in. A session's go with it.
CREATE TABLE pending_requests (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    client_key {id} NOT NULL,
    client_id {text} NOT NULL,
    session_id {id} NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user_id {id} NOT NULL,
    request {json} NOT NULL,
    asked_at {int} NOT NULL,
    expires_at {int} NOT NULL
) {wide};
CREATE INDEX pending_requests_of_session ON pending_requests (session_id, id);
CREATE INDEX pending_requests_by_end ON pending_requests (expires_at);
