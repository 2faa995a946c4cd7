//! Writing who owns a client, and what developers do with their API users.

use jeton_oauth::{ClientKey, RealmId, UserId, change::DeveloperChange};

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
        DeveloperChange::Invite { invitation, most } => {
            out.push(one_after_the_other(invitation.realm, invitation.client));
            out.push(Statement::guarded(
                "INSERT INTO client_invitations (client_key, email, realm_id, invited_by, created_at, expires_at) \
                 SELECT c.key, ?2, c.realm_id, c.owner_id, ?5, ?6 FROM clients c \
                 WHERE c.key = ?1 AND c.realm_id = ?3 AND c.owner_id = ?4 AND c.deleted_at IS NULL \
                 AND (SELECT count(*) FROM client_developers d WHERE d.client_key = ?1) \
                 + (SELECT count(*) FROM client_invitations i WHERE i.client_key = ?1 AND i.email <> ?2 AND i.expires_at > ?5) < ?7 \
                 ON CONFLICT (client_key, email) \
                 DO UPDATE SET invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at",
                values![
                    invitation.client,
                    &invitation.email,
                    invitation.realm,
                    invitation.invited_by,
                    invitation.created_at,
                    invitation.expires_at,
                    *most
                ],
            ));
        }
        DeveloperChange::Uninvite { realm, client, email } => out.push(Statement::free(
            "DELETE FROM client_invitations WHERE client_key = ?1 AND email = ?2 AND realm_id = ?3",
            values![*client, email, *realm],
        )),
        DeveloperChange::Join { realm, client, user, email, at } => {
            out.push(one_after_the_other(*realm, *client));
            out.push(Statement::guarded(
                "DELETE FROM client_invitations WHERE client_key = ?1 AND email = ?2 AND realm_id = ?3 AND expires_at > ?4 \
                 AND invited_by = (SELECT c.owner_id FROM clients c WHERE c.key = ?1)",
                values![*client, email, *realm, *at],
            ));
            out.push(Statement::guarded(
                "INSERT INTO client_developers (client_key, user_id, realm_id, since) SELECT key, ?3, realm_id, ?4 FROM clients \
                 WHERE key = ?1 AND realm_id = ?2 AND deleted_at IS NULL ON CONFLICT (client_key, user_id) DO UPDATE SET since = ?4",
                values![*client, *realm, *user, *at],
            ));
        }
        DeveloperChange::Promote { realm, client, user } => out.push(Statement::guarded(
            "DELETE FROM client_developers WHERE client_key = ?1 AND user_id = ?2 AND realm_id = ?3",
            values![*client, *user, *realm],
        )),
        DeveloperChange::Leave { realm, client, user, heir } => leave(*realm, *client, *user, *heir, out),
        DeveloperChange::Given { realm, client, from, to } => {
            out.push(Statement::free(
                "DELETE FROM client_developers WHERE client_key = ?1 AND user_id = ?2 AND realm_id = ?3",
                values![*client, *to, *realm],
            ));
            if let Some(from) = from {
                let_nobody_in(*realm, *client, *from, out);
            }
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

fn leave(realm: RealmId, client: ClientKey, user: UserId, heir: Option<UserId>, out: &mut Vec<Statement<'_>>) {
    out.push(one_after_the_other(realm, client));
    out.push(Statement::free(
        "DELETE FROM client_developers WHERE client_key = ?1 AND user_id = ?2 AND realm_id = ?3",
        values![client, user, realm],
    ));
    out.push(Statement::guarded(
        "UPDATE clients SET version = version WHERE key = ?1 AND realm_id = ?3 AND deleted_at IS NULL \
         AND (EXISTS (SELECT 1 FROM client_developers d WHERE d.client_key = ?1) \
         OR EXISTS (SELECT 1 FROM users o WHERE o.id = clients.owner_id AND o.id <> ?2 AND o.deleted_at IS NULL))",
        values![client, user, realm],
    ));
    let_nobody_in(realm, client, user, out);
    out.push(Statement::free(
        "UPDATE users SET owner_id = (SELECT h.id FROM users h WHERE h.id = ?4 AND h.deleted_at IS NULL), version = version + 1 \
         WHERE owner_id = ?2 AND realm_id = ?3 AND id IN (SELECT a.user_id FROM developer_api_users a WHERE a.client_key = ?1)",
        values![client, user, realm, heir],
    ));
}

/// Invitations by somebody who owns a client no more, and those of their addresses; and the registration, whose token they
/// may know.
fn let_nobody_in(realm: RealmId, client: ClientKey, user: UserId, out: &mut Vec<Statement<'_>>) {
    out.push(Statement::free(
        "DELETE FROM client_invitations WHERE client_key = ?1 AND realm_id = ?3 AND (invited_by = ?2 \
         OR email IN (SELECT n.name FROM login_names n WHERE n.user_id = ?2 AND n.realm_id = ?3))",
        values![client, user, realm],
    ));
    out.push(Statement::free("DELETE FROM registrations WHERE client_key = ?1 AND realm_id = ?2", values![client, realm]));
}

/// What somebody whose account goes could still do to the clients that carry their name: their invitations, and the
/// registrations whose tokens they know.
pub(super) fn gone(realm: RealmId, user: UserId, out: &mut Vec<Statement<'_>>) {
    out.push(Statement::free("DELETE FROM client_developers WHERE user_id = ?1 AND realm_id = ?2", values![user, realm]));
    out.push(Statement::free(
        "DELETE FROM client_invitations WHERE realm_id = ?2 AND invited_by = ?1 \
         AND client_key IN (SELECT c.key FROM clients c WHERE c.owner_id = ?1)",
        values![user, realm],
    ));
    out.push(Statement::free(
        "DELETE FROM registrations WHERE realm_id = ?2 AND client_key IN (SELECT c.key FROM clients c WHERE c.owner_id = ?1)",
        values![user, realm],
    ));
}

/// Whoever asks whose a client is waits for those who change it, and sees what they did: the next statement
/// looks afresh.
fn one_after_the_other(realm: RealmId, client: ClientKey) -> Statement<'static> {
    Statement::free("UPDATE clients SET version = version WHERE key = ?1 AND realm_id = ?2", values![client, realm])
}
