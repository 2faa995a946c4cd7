-- Programs of schema 1 keep working beside this: it only adds.

-- How often what was asked for, and how it ended: in a minute, an hour or a day (`grain`, in milliseconds) of a
-- client, of a realm (`client_key` is nil) or of all together (both are nil). Numbers of several nodes add up.
CREATE TABLE activity (
    realm_id {id} NOT NULL,
    client_key {id} NOT NULL,
    grain {int} NOT NULL,
    began_at {int} NOT NULL,
    call {text} NOT NULL,
    outcome {text} NOT NULL,
    times {int} NOT NULL,
    PRIMARY KEY (realm_id, client_key, grain, began_at, call, outcome)
) {lean};
CREATE INDEX activity_by_age ON activity (grain, began_at);

-- The last refusals of each client, with their true reason.
CREATE TABLE client_failures (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    by_strangers {int} NOT NULL,
    call {text} NOT NULL,
    reason {text} NOT NULL,
    error {text} NOT NULL,
    about {text} NOT NULL,
    address {text},
    at {int} NOT NULL,
    last_at {int} NOT NULL,
    times {int} NOT NULL
) {lean};
CREATE INDEX client_failures_of_client ON client_failures (client_key, by_strangers, last_at);
CREATE INDEX client_failures_by_age ON client_failures (last_at);

-- From where each secret was used lately.
CREATE TABLE secret_addresses (
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    secret_id {id} NOT NULL,
    address {text} NOT NULL,
    realm_id {id} NOT NULL,
    last_at {int} NOT NULL,
    PRIMARY KEY (client_key, secret_id, address)
) {lean};
CREATE INDEX secret_addresses_by_age ON secret_addresses (last_at);

-- Hashes of secrets that were removed: whoever still uses one is told so.
CREATE TABLE removed_secrets (
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    id {id} NOT NULL,
    realm_id {id} NOT NULL,
    sha256 {bytes} NOT NULL,
    removed_at {int} NOT NULL,
    PRIMARY KEY (client_key, id)
) {lean};
CREATE INDEX removed_secrets_by_age ON removed_secrets (removed_at);

-- What is measured now and then, in an hour or a day (`grain`); `realm_id` is nil for all together.
CREATE TABLE levels (
    realm_id {id} NOT NULL,
    level {text} NOT NULL,
    grain {int} NOT NULL,
    began_at {int} NOT NULL,
    value {int} NOT NULL,
    PRIMARY KEY (realm_id, level, grain, began_at)
) {lean};
CREATE INDEX levels_by_age ON levels (grain, began_at);
