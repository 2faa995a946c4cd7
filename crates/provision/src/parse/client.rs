//! `[[client]]`: what is said about an application.

use jeton_oauth::manage::{ClientMetadata, read};

use super::STATUSES;
use crate::{
    entry::{ClientEntry, SecretEntry},
    fault::{At, Faults},
    secret_source::SecretSource,
    table::Table,
};

/// Short names of members of the document, and those that they stand for.
pub const ALIASES: &[(&str, &str)] = &[
    ("name", "client_name"),
    ("auth", "token_endpoint_auth_method"),
    ("grants", "grant_types"),
    ("scopes", "scope"),
    ("default_scopes", "default_scope"),
];

pub(super) fn read_client(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<ClientEntry> {
    let id = table.either("client_id", "id", faults, Table::string);
    if !table.has("id") && !table.has("client_id") {
        faults.add(table.at, "this client has no id", "write id = \"…\" below [[client]]");
    }
    let at = table.at;
    let mut client = ClientEntry::named(id.clone().unwrap_or_else(|| At::new(String::new(), at)));
    client.said = table.document(ClientMetadata::MEMBERS.iter(), ALIASES, faults);
    let (_, unread) = read::<ClientMetadata>(&client.said.members);
    client.said.unread = unread.iter().filter_map(|fault| fault.path.first_key().map(str::to_owned)).collect();
    for fault in unread {
        client.said.tell(fault, at, faults);
    }
    client.secrets = table
        .either("client_secrets", "secrets", faults, Table::tables)
        .map(|list| At::new(list.value.into_iter().filter_map(|table| secret(table, faults)).collect(), list.at));
    client.owner = table.string("owner", faults);
    client.status = table.word("status", STATUSES, faults);
    table.finish(faults);
    id.map(|_| client)
}

fn secret(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<SecretEntry> {
    let at = table.at;
    let source = SecretSource::read(&mut table, faults);
    let expires_at = table.instant("expires_at", faults).map(|instant| instant.value);
    table.finish(faults);
    Some(SecretEntry { source: At::new(source?, at), expires_at })
}
