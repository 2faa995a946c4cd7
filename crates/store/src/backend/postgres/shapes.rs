//! The statements of batches: what many units of one shape are, as one.
//!
//! Parameter 1 numbers the units; the others are the values of a unit's own statements, in their
//! order, each an array. Rows are locked in the order of their ids, so that batches never wait for
//! each other in a circle, and every guard is asked again of the locked row.

use crate::changes::still_stands;

pub(super) struct Shape {
    pub sql: &'static str,
}

/// Refresh token rotations.
pub(super) static ROTATE: Shape = Shape {
    sql: concat!(
        "WITH asked AS (SELECT * FROM unnest(?1::bigint[], ?2::uuid[], ?3::uuid[], ?4::bigint[], ?5::bigint[], ?6::bigint[], ?7::bigint[], \
          ?8::bytea[], ?9::uuid[], ?10::bytea[]) AS t \
          (unit, id, realm_id, present, generation, rotated_at, refresh_expires_at, refresh_seed, refresh_key_id, refresh_sha256)), \
          held AS (SELECT a.id FROM authorizations a JOIN asked q ON q.id = a.id \
          WHERE a.realm_id = q.realm_id AND a.generation = q.present AND a.revoked_at IS NULL AND ",
        still_stands!("a", "rotated_at"),
        " \
          ORDER BY a.id FOR UPDATE OF a) \
          UPDATE authorizations a SET generation = q.generation, rotated_at = q.rotated_at, refresh_expires_at = q.refresh_expires_at, \
          refresh_seed = q.refresh_seed, refresh_key_id = q.refresh_key_id, refresh_sha256 = q.refresh_sha256 \
          FROM asked q JOIN held h ON h.id = q.id \
          WHERE a.id = q.id AND a.realm_id = q.realm_id AND a.generation = q.present AND a.revoked_at IS NULL RETURNING q.unit"
    ),
};

/// Code redemptions, each with the authorization that it makes.
pub(super) static REDEEM: Shape = Shape {
    sql: concat!(
        "WITH asked AS (SELECT * FROM unnest(?1::bigint[], ?2::uuid[], ?3::uuid[], ?4::bigint[], ?5::bigint[], \
          ?6::uuid[], ?7::uuid[], ?8::uuid[], ?9::uuid[], ?10::uuid[], ?11::text[], ?12::text[], ?13::bigint[], ?14::text[], ?15::bigint[], \
          ?16::bigint[], ?17::bigint[], ?18::bigint[], ?19::bigint[], ?20::text[], ?21::bigint[], ?22::bigint[], ?23::bigint[], ?24::bytea[], \
          ?25::uuid[], ?26::bytea[], ?27::text[]) AS t \
          (unit, code, code_realm, redeemed_at, keep_until, id, realm_id, client_key, user_id, session_id, scope, audience, auth_time, nonce, \
          created_at, expires_at, epoch, not_before, revoked_at, revoked_why, generation, rotated_at, refresh_expires_at, refresh_seed, \
          refresh_key_id, refresh_sha256, amr)), \
          held AS (SELECT o.id FROM codes o JOIN asked q ON q.code = o.id \
          WHERE o.realm_id = q.code_realm AND o.redeemed_at IS NULL AND ",
        still_stands!("o", "created_at"),
        " ORDER BY o.id FOR UPDATE OF o), \
          redeemed AS (UPDATE codes o SET redeemed_at = q.redeemed_at, keep_until = q.keep_until FROM asked q JOIN held h ON h.id = q.code \
          WHERE o.id = q.code AND o.realm_id = q.code_realm AND o.redeemed_at IS NULL RETURNING q.unit), \
          made AS (INSERT INTO authorizations (id, realm_id, client_key, user_id, session_id, scope, audience, auth_time, nonce, created_at, \
          expires_at, epoch, not_before, revoked_at, revoked_why, generation, rotated_at, refresh_expires_at, refresh_seed, refresh_key_id, \
          refresh_sha256, amr) SELECT q.id, q.realm_id, q.client_key, q.user_id, q.session_id, q.scope, q.audience, q.auth_time, q.nonce, \
          q.created_at, q.expires_at, q.epoch, q.not_before, q.revoked_at, q.revoked_why, q.generation, q.rotated_at, q.refresh_expires_at, \
          q.refresh_seed, q.refresh_key_id, q.refresh_sha256, q.amr FROM asked q JOIN redeemed r ON r.unit = q.unit) \
          SELECT unit FROM redeemed"
    ),
};
