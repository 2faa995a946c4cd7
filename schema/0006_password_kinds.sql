-- Programs of schema 1 keep working beside this: it only adds.

-- Of a password hash from elsewhere, the hash of nobody that costs the same: what unknown names are
-- compared with. Null where there is no password, or one that Jeton hashed.
ALTER TABLE users ADD COLUMN password_kind {text};
CREATE INDEX users_by_password_kind ON users (realm_id, password_kind) WHERE password_kind IS NOT NULL;
