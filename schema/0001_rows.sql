-- The first schema, for both databases. Placeholders stand for what they spell differently:
-- {id} a UUID, {bytes}, {int} 64 bits (also times, in milliseconds since 1970, and yes or no as
-- 1 or 0), {text} compared byte by byte, {json}, {serial} a number that the database counts up;
-- {wide} and {lean} say how a table is laid out: rows found by an id of many columns, or few.
--
-- Ids are UUIDv7: new rows stand together. realm_id is a guard column, never a prefix of a
-- key, but for tables that are only ever read by realm.

CREATE TABLE installation (
    one {int} NOT NULL PRIMARY KEY CHECK (one = 1),
    id {id} NOT NULL,
    -- Raised by a restore: tokens of an earlier epoch are dead.
    epoch {int} NOT NULL,
    -- Tells whether a master key is the one that wrapped the keys.
    master_key_check {bytes}
) {wide};

CREATE TABLE realms (
    id {id} NOT NULL PRIMARY KEY,
    name {text} NOT NULL UNIQUE,
    title {text},
    issuer {text} UNIQUE,
    dialect {text} NOT NULL,
    audience {text},
    scopes {json} NOT NULL,
    settings {json} NOT NULL,
    status {text} NOT NULL,
    not_before {int} NOT NULL,
    created_at {int} NOT NULL,
    version {int} NOT NULL
) {wide};

-- The next number that a user of the realm gets. Only ever grows.
CREATE TABLE user_numbers (
    realm_id {id} NOT NULL PRIMARY KEY REFERENCES realms (id),
    next {int} NOT NULL
) {lean};

-- Every `sub` and every client id of a realm, so that neither is ever taken for the other. A
-- user's row stays when the user goes: `sub` and number are never given again. A client's goes.
CREATE TABLE subjects (
    realm_id {id} NOT NULL REFERENCES realms (id),
    sub {text} NOT NULL,
    number {int},
    user_id {id},
    PRIMARY KEY (realm_id, sub),
    UNIQUE (realm_id, number)
) {lean};

CREATE TABLE clients (
    key {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL REFERENCES realms (id),
    client_id {text} NOT NULL,
    name {text},
    auth {text} NOT NULL,
    grants {json} NOT NULL,
    redirect_uris {json} NOT NULL,
    scopes {text} NOT NULL,
    default_scopes {text},
    audiences {json} NOT NULL,
    id_token_signed_response_alg {text},
    access_token_format {text},
    require_pkce {int},
    trusted {int} NOT NULL,
    owner_id {id},
    status {text} NOT NULL,
    not_before {int} NOT NULL,
    created_at {int} NOT NULL,
    version {int} NOT NULL,
    UNIQUE (realm_id, client_id)
) {wide};

CREATE TABLE client_secrets (
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    id {id} NOT NULL,
    realm_id {id} NOT NULL,
    -- Exactly one of the two: fast for what has enough entropy, slow for the rest.
    sha256 {bytes},
    slow_hash {text},
    created_at {int} NOT NULL,
    expires_at {int},
    last_used_at {int},
    PRIMARY KEY (client_key, id),
    CHECK ((sha256 IS NULL) <> (slow_hash IS NULL))
) {lean};

-- What every token depends on stands first, so that reading it never reaches the rest.
CREATE TABLE users (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL REFERENCES realms (id),
    sub {text} NOT NULL,
    number {int} NOT NULL,
    kind {text} NOT NULL,
    status {text} NOT NULL,
    not_before {int} NOT NULL,
    username {text} NOT NULL,
    email {text},
    email_verified {int} NOT NULL,
    user_type {text},
    password {text},
    owner_id {id},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    version {int} NOT NULL,
    profile {json} NOT NULL,
    roles {json} NOT NULL,
    attributes {json} NOT NULL
) {wide};
CREATE INDEX users_of_realm ON users (realm_id, id);

-- What signs in, folded: user names of people and API users, and verified e-mail addresses.
CREATE TABLE login_names (
    realm_id {id} NOT NULL REFERENCES realms (id),
    name {text} NOT NULL,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (realm_id, name)
) {lean};
CREATE INDEX login_names_of_user ON login_names (user_id);

CREATE TABLE sessions (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    verifier {bytes} NOT NULL,
    auth_time {int} NOT NULL,
    created_at {int} NOT NULL,
    last_seen_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    user_agent {text}
) {lean};
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Rotating changes no indexed column: one row of one page.
CREATE TABLE authorizations (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    session_id {id},
    scope {text} NOT NULL,
    audience {json},
    auth_time {int} NOT NULL,
    nonce {text},
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    epoch {int} NOT NULL,
    not_before {int} NOT NULL,
    revoked_at {int},
    revoked_why {text},
    -- The refresh token: all null where none was given; a derived one has seed and key, an
    -- imported one its hash.
    generation {int},
    rotated_at {int},
    refresh_expires_at {int},
    refresh_seed {bytes},
    refresh_key_id {id},
    refresh_sha256 {bytes}
) {lean};
CREATE INDEX authorizations_of_user ON authorizations (user_id, client_key);
CREATE INDEX authorizations_of_client ON authorizations (client_key);
CREATE INDEX authorizations_by_end ON authorizations (expires_at);

-- Short lives and many of them: nothing refers to clients and users here, so that nothing has
-- to be found when those go. Reading joins them, so a code without either is no code.
CREATE TABLE codes (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    client_key {id} NOT NULL,
    user_id {id} NOT NULL,
    session_id {id},
    verifier {bytes} NOT NULL,
    redirect_uri {text},
    code_challenge {bytes},
    scope {text} NOT NULL,
    audience {json},
    nonce {text},
    auth_time {int} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    authorization_id {id} NOT NULL,
    redeemed_at {int},
    -- Its end, or once redeemed its authorization's: a late replay still revokes.
    keep_until {int} NOT NULL
) {lean};
CREATE INDEX codes_by_end ON codes (keep_until);

CREATE TABLE access_tokens (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    -- Null where the client speaks for itself.
    user_id {id},
    authorization_id {id} REFERENCES authorizations (id) ON DELETE CASCADE,
    scope {text} NOT NULL,
    audience {json} NOT NULL,
    verifier {bytes} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    epoch {int} NOT NULL
) {lean};
CREATE INDEX access_tokens_of_client ON access_tokens (client_key);
CREATE INDEX access_tokens_of_authorization ON access_tokens (authorization_id);
CREATE INDEX access_tokens_by_end ON access_tokens (expires_at);

-- Revoked JWTs that have no authorization, until they end.
CREATE TABLE revoked_jtis (
    jti {id} NOT NULL,
    realm_id {id} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (jti, realm_id)
) {lean};
CREATE INDEX revoked_jtis_by_end ON revoked_jtis (expires_at);

CREATE TABLE personal_access_tokens (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL,
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name {text} NOT NULL,
    scope {text} NOT NULL,
    verifier {bytes} NOT NULL,
    prefix {text} NOT NULL,
    created_at {int} NOT NULL,
    regenerated_at {int},
    expires_at {int},
    last_used_at {int},
    revoked_at {int},
    epoch {int} NOT NULL,
    version {int} NOT NULL
) {lean};
CREATE INDEX personal_access_tokens_of_user ON personal_access_tokens (user_id);

CREATE TABLE consents (
    user_id {id} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    client_key {id} NOT NULL REFERENCES clients (key) ON DELETE CASCADE,
    realm_id {id} NOT NULL,
    scope {text} NOT NULL,
    granted_at {int} NOT NULL,
    PRIMARY KEY (user_id, client_key)
) {lean};
CREATE INDEX consents_of_client ON consents (client_key);

-- Guesses at passwords, by a keyed hash of what was guessed at: no realm, no name.
CREATE TABLE attempts (
    bucket {bytes} NOT NULL PRIMARY KEY,
    began_at {int} NOT NULL,
    count {int} NOT NULL,
    forget_at {int} NOT NULL
) {lean};
CREATE INDEX attempts_by_end ON attempts (forget_at);

CREATE TABLE keys (
    id {id} NOT NULL PRIMARY KEY,
    realm_id {id} NOT NULL REFERENCES realms (id),
    purpose {text} NOT NULL,
    ordinal {int} NOT NULL,
    wrapped {bytes} NOT NULL,
    wrapping_key {text} NOT NULL,
    public_jwk {text},
    created_at {int} NOT NULL,
    active_at {int} NOT NULL,
    revoked_at {int},
    UNIQUE (realm_id, purpose, ordinal)
) {wide};

CREATE TABLE audit_events (
    realm_id {id} NOT NULL,
    id {id} NOT NULL,
    at {int} NOT NULL,
    kind {text} NOT NULL,
    user_id {id},
    client_key {id},
    authorization_id {id},
    detail {text},
    PRIMARY KEY (realm_id, id)
) {lean};

-- What caches must forget: written in the unit that changed it, read by every process.
CREATE TABLE changes (
    id {serial},
    realm_id {id} NOT NULL,
    kind {text} NOT NULL,
    target_id {id} NOT NULL,
    at {int} NOT NULL
) {wide};
CREATE INDEX changes_by_time ON changes (at);
