-- Programs of schema 1 keep working beside this: it only adds.

-- Applications and API users of a developer, by their age.
CREATE INDEX clients_of_owner ON clients (owner_id, key) WHERE owner_id IS NOT NULL;
CREATE INDEX users_of_owner ON users (owner_id, id) WHERE owner_id IS NOT NULL;

-- Who owns an application besides the one whom its row names.
CREATE TABLE client_developers (
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    realm_id {id} NOT NULL,
    since {int} NOT NULL,
    PRIMARY KEY (client_key, user_id)
) {lean};
CREATE INDEX client_developers_of_user ON client_developers (user_id, client_key);

-- Whoever has this address, folded, may own the application too, until then.
CREATE TABLE client_invitations (
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    email {text} NOT NULL,
    realm_id {id} NOT NULL,
    invited_by {id} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (client_key, email)
) {lean};
CREATE INDEX client_invitations_of_address ON client_invitations (realm_id, email);
CREATE INDEX client_invitations_by_end ON client_invitations (expires_at);

-- API users of an application, which its developers look after; and since when a developer has one disabled, who
-- may enable it again: what those who run the realm disabled stays so.
CREATE TABLE developer_api_users (
    user_id {id} NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    realm_id {id} NOT NULL,
    client_key {id} REFERENCES clients (key) ON DELETE SET NULL,
    paused_at {int}
) {lean};
CREATE INDEX developer_api_users_of_client ON developer_api_users (client_key, user_id);

-- How a secret begins, for lists. Nobody knows it of secrets that came as a hash, or before this.
ALTER TABLE client_secrets ADD COLUMN shown {text};
