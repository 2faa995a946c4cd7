-- Programs of schema 1 keep working beside this: it only adds.

-- Deleted: nobody finds it any more, and what belongs to it leaves in small steps.
ALTER TABLE realms ADD COLUMN deleted_at {int};
ALTER TABLE clients ADD COLUMN deleted_at {int};
ALTER TABLE users ADD COLUMN deleted_at {int};

-- What was deleted and is not gone yet.
CREATE TABLE leaving (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    kind {text} NOT NULL,
    since {int} NOT NULL
) {lean};

-- Personal access tokens that ended leave too, and keep what they rest on.
CREATE INDEX personal_access_tokens_by_end ON personal_access_tokens (expires_at);
CREATE INDEX personal_access_tokens_by_revocation ON personal_access_tokens (revoked_at);
CREATE INDEX personal_access_tokens_of_authorization ON personal_access_tokens (authorization_id);
