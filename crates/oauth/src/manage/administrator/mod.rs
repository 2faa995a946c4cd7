//! Administrators: people and programs of the built-in realm `admin`, with a role over all realms or some.

mod invitation;
mod scopes;
mod verbs;

use uuid::Uuid;

use crate::{
    RealmId, Timestamp,
    change::RealmChange,
    model::{RealmConfig, Status},
    settings::SettingsPatch,
};

pub use invitation::{Accepted, Invitation, Invited, accept, invite, invite_first, is_open, withdraw};
pub use scopes::{Area, Need, allows, describe, part_of, scopes};
pub use verbs::{Appointment, TokenMade, appoint, create_token, disable, enable, last_owner};

/// The name of the realm that holds the administrators.
pub const REALM: &str = "admin";

/// That realm, in every installation: no other is taken for it, whatever it is called.
pub const REALM_ID: RealmId = RealmId(Uuid::from_u128(0x0000_0000_0000_7000_8000_6164_6d69_6e00));

/// The built-in realm, as it is made once: at the server's address, in the standard's own words.
pub fn realm(now: Timestamp) -> RealmChange {
    RealmChange::Create(RealmConfig {
        id: REALM_ID,
        name: REALM.to_owned(),
        title: Some("Administration".to_owned()),
        issuer: None,
        dialect: "standard".to_owned(),
        audience: None,
        scopes: Vec::new(),
        settings: SettingsPatch::default(),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: now,
        version: 0,
    })
}
