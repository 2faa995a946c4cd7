//! Writing who owns a client, and what developers do with their API users.

use jeton_oauth::{ClientKey, RealmId, change::DeveloperChange};

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a DeveloperChange, out: &mut Vec<Statement<'a>>) {
    match change {
        DeveloperChange::Require { realm, client, user } => {
            out.push(one_after_the_other(*realm, *client));
            out.push(Statement::guarded(
                "UPDATE clients SET version = version WHERE key = ?1 AND realm_id = ?2 AND deleted_at IS NULL AND (owner_id = ?3 \
                 OR EXISTS (SELECT 1 FROM client_developers d WHERE d.client_key = ?1 AND d.user_id = ?3))",
                values![*client, *realm, *user],
            ));
        }
        DeveloperChange::RequireRoomForClient { realm, user, limit } => out.push(Statement::guarded(
            "UPDATE users SET version = version WHERE id = ?1 AND realm_id = ?2 AND status = 'active' \
             AND (SELECT count(*) FROM clients c WHERE c.owner_id = ?1 AND c.deleted_at IS NULL) < ?3",
            values![*user, *realm, *limit],
        )),
        DeveloperChange::RequireRoomForApiUser { realm, user, limit } => out.push(Statement::guarded(
            "UPDATE users SET version = version WHERE id = ?1 AND realm_id = ?2 AND status = 'active' \
             AND (SELECT count(*) FROM users a WHERE a.owner_id = ?1 AND a.deleted_at IS NULL) < ?3",
            values![*user, *realm, *limit],
        )),
        DeveloperChange::Invite(invitation) => out.push(Statement::free(
            "INSERT INTO client_invitations (client_key, email, realm_id, invited_by, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (client_key, email) \
             DO UPDATE SET invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at",
            values![
                invitation.client,
                &invitation.email,
                invitation.realm,
                invitation.invited_by,
                invitation.created_at,
                invitation.expires_at
            ],
        )),
        DeveloperChange::Uninvite { realm, client, email } => out.push(Statement::free(
            "DELETE FROM client_invitations WHERE client_key = ?1 AND email = ?2 AND realm_id = ?3",
            values![*client, email, *realm],
        )),
        DeveloperChange::Join { realm, client, user, email, at } => {
            out.push(one_after_the_other(*realm, *client));
            out.push(Statement::guarded(
                "DELETE FROM client_invitations WHERE client_key = ?1 AND email = ?2 AND realm_id = ?3 AND expires_at > ?4",
                values![*client, email, *realm, *at],
            ));
            out.push(Statement::guarded(
                "INSERT INTO client_developers (client_key, user_id, realm_id, since) SELECT key, ?3, realm_id, ?4 FROM clients \
                 WHERE key = ?1 AND realm_id = ?2 AND deleted_at IS NULL ON CONFLICT (client_key, user_id) DO UPDATE SET since = ?4",
                values![*client, *realm, *user, *at],
            ));
        }
        DeveloperChange::Leave { realm, client, user, heir } => {
            out.push(one_after_the_other(*realm, *client));
            out.push(Statement::free(
                "DELETE FROM client_developers WHERE client_key = ?1 AND user_id = ?2 AND realm_id = ?3",
                values![*client, *user, *realm],
            ));
            out.push(Statement::free(
                "UPDATE users SET owner_id = ?4, version = version + 1 WHERE owner_id = ?2 AND realm_id = ?3 \
                 AND id IN (SELECT a.user_id FROM developer_api_users a WHERE a.client_key = ?1)",
                values![*client, *user, *realm, *heir],
            ));
        }
        DeveloperChange::Attach { realm, user, client } => out.push(Statement::guarded(
            "INSERT INTO developer_api_users (user_id, realm_id, client_key) SELECT u.id, u.realm_id, c.key FROM users u, clients c \
             WHERE u.id = ?1 AND u.realm_id = ?3 AND c.key = ?2 AND c.realm_id = ?3 AND c.deleted_at IS NULL",
            values![*user, *client, *realm],
        )),
        DeveloperChange::Pause { realm, user, at: None } => out.push(Statement::free(
            "UPDATE developer_api_users SET paused_at = NULL WHERE user_id = ?1 AND realm_id = ?2",
            values![*user, *realm],
        )),
        DeveloperChange::Pause { realm, user, at } => out.push(Statement::free(
            "INSERT INTO developer_api_users (user_id, realm_id, paused_at) SELECT id, realm_id, ?3 FROM users \
             WHERE id = ?1 AND realm_id = ?2 ON CONFLICT (user_id) DO UPDATE SET paused_at = excluded.paused_at",
            values![*user, *realm, *at],
        )),
    }
}

/// Whoever asks whose a client is waits for those who change it, and sees what they did: the next statement
/// looks afresh.
fn one_after_the_other(realm: RealmId, client: ClientKey) -> Statement<'static> {
    Statement::free("UPDATE clients SET version = version WHERE key = ?1 AND realm_id = ?2", values![client, realm])
}
