//! `[[user]]` and `[[api_user]]`: what is said about people and the machine logins of developers.

use jeton_oauth::model::{AccountKind, Profile, Role};
use serde_json::{Map, Value};

use super::STATUSES;
use crate::{
    entry::UserEntry,
    fault::{At, Faults},
    secret_source::{INSTEAD, SecretSource},
    table::{Table, did_you_mean},
};

pub(super) fn person(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<UserEntry> {
    let before = faults.count();
    let named = table.is_string("username");
    let mut user = account(AccountKind::Person, &mut table, faults);
    if table.has("owner") {
        table.pardon("owner");
        faults.add(table.key_place("owner"), "a person has no owner", "write [[api_user]] for a machine's login, or remove this line");
    }
    user.profile = table.table("profile", faults).and_then(|profile| profile_claims(&profile, faults));
    table.finish(faults);
    user.sound = faults.count() == before;
    named.then_some(user)
}

pub(super) fn api_user(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<UserEntry> {
    let before = faults.count();
    let named = table.is_string("username");
    let mut user = account(AccountKind::ApiUser, &mut table, faults);
    user.owner = table.string("owner", faults);
    user.profile = table.table("profile", faults).and_then(|profile| profile_claims(&profile, faults));
    table.finish(faults);
    user.sound = faults.count() == before;
    named.then_some(user)
}

fn account(kind: AccountKind, table: &mut Table<'_, '_>, faults: &mut Faults) -> UserEntry {
    let username = table.string("username", faults);
    if !table.has("username") {
        faults.add(table.at, "this account has no user name", "write username = \"…\"");
    }
    let mut user = UserEntry::named(kind, username.unwrap_or_else(|| At::new(String::new(), table.at)));
    user.email = table.string("email", faults);
    user.email_verified = table.boolean("email_verified", faults);
    (user.password, user.password_always) = password(table, faults);
    user.sub = table.string("sub", faults);
    user.number = table.integer("number", faults);
    user.user_type = table.either("user_type", "type", faults, Table::string);
    user.status = table.word("status", STATUSES, faults);
    user.roles = table
        .tables("roles", faults)
        .map(|list| At::new(list.value.into_iter().filter_map(|table| role(table, faults)).collect(), list.at));
    user.attributes = table.table("attributes", faults).map(|attributes| {
        let at = attributes.at;
        At::new(attributes.into_json(), at)
    });
    user.created_at = table.instant("created_at", faults);
    user
}

/// The source, and whether it counts whenever the file is applied.
fn password(table: &mut Table<'_, '_>, faults: &mut Faults) -> (Option<At<SecretSource>>, bool) {
    if table.is_string("password") {
        table.pardon("password");
        faults.add(table.key_place("password"), "a password does not stand in a realm file", INSTEAD);
        return (None, false);
    }
    let Some(mut source) = table.table("password", faults) else { return (None, false) };
    let at = source.at;
    let read = SecretSource::read(&mut source, faults);
    let always = source.boolean("always", faults).is_some_and(|always| always.value);
    source.finish(faults);
    (read.map(|read| At::new(read, at)), always)
}

fn role(mut table: Table<'_, '_>, faults: &mut Faults) -> Option<Role> {
    let name = table.string("name", faults);
    if !table.has("name") {
        faults.add(table.at, "this role has no name", "write { name = \"…\", permissions = [] }");
    }
    let permissions = table.strings("permissions", faults).map(|list| list.value.into_iter().map(|text| text.value).collect());
    table.finish(faults);
    Some(Role { name: name?.value, permissions: permissions.unwrap_or_default() })
}

/// OpenID Connect Core §5.1, but for what has a key of its own.
const CLAIMS: &[&str] = &[
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
];

/// OpenID Connect Core §5.1.1.
const ADDRESS: &[&str] = &["formatted", "street_address", "locality", "region", "postal_code", "country"];

fn profile_claims(table: &Table<'_, '_>, faults: &mut Faults) -> Option<At<Profile>> {
    let mut fine = Map::new();
    for (key, value) in table.entries() {
        if matches!(key.value, "email" | "email_verified" | "sub") {
            faults.add(key.at, format!("`{}` does not stand in the profile", key.value), "write it one level up, beside username");
            continue;
        }
        if !CLAIMS.contains(&key.value) {
            faults.add(
                key.at,
                format!("`{}` is no standard claim", key.value),
                format!("{}; what is your own goes into attributes", did_you_mean(key.value, CLAIMS)),
            );
            continue;
        }
        if let (true, Some(address)) = (key.value == "address", value.value.as_object()) {
            for part in address.keys().filter(|part| !ADDRESS.contains(&part.as_str())) {
                faults.add(value.at, format!("`{part}` is no part of an address"), did_you_mean(part, ADDRESS));
            }
        }
        let alone = Value::Object([(key.value.to_owned(), value.value.clone())].into_iter().collect());
        match serde_json::from_value::<Profile>(alone) {
            Ok(_) => drop(fine.insert(key.value.to_owned(), value.value)),
            Err(error) => faults.add(
                value.at,
                format!("`{}` cannot be this: {error}", key.value),
                "write text in quotes; true or false for phone_number_verified; a table for address",
            ),
        }
    }
    serde_json::from_value(Value::Object(fine)).ok().map(|profile| At::new(profile, table.at))
}
