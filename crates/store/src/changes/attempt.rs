//! Counting guesses before they are checked.

use jeton_oauth::change::AttemptChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a AttemptChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        // A window that began more than its length ahead was counted by a clock that has since been
        // set back; it is over too, or the account would wait as long as the clock was wrong.
        AttemptChange::Reserve { bucket, realm, limit, window_ms, closed_until, at, user, client, network } => Statement::guarded(
            "INSERT INTO attempts (bucket, began_at, count, forget_at, opens_at, user_id, network, realm_id, client_key) \
             SELECT ?1, ?4, 1, ?4 + ?3, CASE WHEN ?2 = 1 THEN ?5 END, ?6, ?7, ?8, ?9 WHERE ?2 > 0 \
             ON CONFLICT (bucket) DO UPDATE SET \
             count = CASE WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 THEN attempts.count + 1 ELSE 1 END, \
             began_at = CASE WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 THEN attempts.began_at ELSE ?4 END, \
             forget_at = CASE WHEN attempts.known_until > ?4 + ?3 THEN attempts.known_until \
             WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 THEN attempts.began_at + ?3 ELSE ?4 + ?3 END, \
             opens_at = CASE WHEN attempts.began_at BETWEEN ?4 - ?3 AND ?4 + ?3 AND attempts.count + 1 >= ?2 THEN ?5 \
             WHEN ?2 = 1 THEN ?5 END, \
             user_id = ?6, network = ?7, realm_id = ?8, client_key = ?9 \
             WHERE attempts.count < ?2 OR attempts.began_at NOT BETWEEN ?4 - ?3 AND ?4 + ?3",
            values![bucket, *limit, *window_ms, *at, *closed_until, *user, network.as_deref(), *realm, *client],
        ),
        AttemptChange::Close { bucket, count, until, at } => Statement::free(
            "UPDATE attempts SET opens_at = ?3 WHERE bucket = ?1 AND count >= ?2 AND (opens_at IS NULL OR opens_at <= ?4)",
            values![bucket, *count, *until, *at],
        ),
        AttemptChange::GiveBack { bucket } => {
            Statement::free("UPDATE attempts SET count = count - 1, opens_at = NULL WHERE bucket = ?1 AND count > 0", values![bucket])
        }
        AttemptChange::Remember { bucket, until } => Statement::free(
            "UPDATE attempts SET known_until = ?2, forget_at = CASE WHEN forget_at < ?2 THEN ?2 ELSE forget_at END WHERE bucket = ?1",
            values![bucket, *until],
        ),
        AttemptChange::OpenNetworksOf { realm, user } => Statement::free(
            "UPDATE attempts SET count = 0, opens_at = NULL WHERE realm_id = ?1 AND user_id IS NULL AND network IN \
             (SELECT network FROM attempts WHERE user_id = ?2 AND network IS NOT NULL)",
            values![*realm, *user],
        ),
        AttemptChange::Open { realm, network, client } => Statement::free(
            "UPDATE attempts SET count = 0, opens_at = NULL WHERE realm_id = ?1 AND (network = ?2 OR ?2 IS NULL) \
             AND (client_key = ?3 OR ?3 IS NULL)",
            values![*realm, network.as_deref(), *client],
        ),
        AttemptChange::Forget { user } => {
            Statement::free("UPDATE attempts SET count = 0, opens_at = NULL WHERE user_id = ?1", values![*user])
        }
    });
}
