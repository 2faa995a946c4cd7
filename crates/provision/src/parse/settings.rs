//! `[settings]`: each one checked by itself, so that a fault names its own line.

use jeton_oauth::settings::SettingsPatch;
use serde_json::{Map, Value};

use crate::{
    fault::{At, Faults},
    table::{Table, did_you_mean},
};

pub(super) fn read(table: &Table<'_, '_>, faults: &mut Faults) -> (SettingsPatch, Vec<At<String>>) {
    let mut places = Vec::new();
    let mut fine = Map::new();
    for (key, value) in table.entries() {
        if !SettingsPatch::NAMES.contains(&key.value) {
            faults.add(key.at, format!("`{}` is no setting", key.value), did_you_mean(key.value, SettingsPatch::NAMES));
            continue;
        }
        let alone = Value::Object([(key.value.to_owned(), value.value.clone())].into_iter().collect());
        match serde_json::from_value::<SettingsPatch>(alone) {
            Ok(_) => {
                fine.insert(key.value.to_owned(), value.value);
                places.push(At::new(key.value.to_owned(), key.at));
            }
            Err(error) => faults.add(value.at, format!("`{}` cannot be this: {error}", key.value), instead(key.value)),
        }
    }
    (serde_json::from_value(Value::Object(fine)).unwrap_or_default(), places)
}

/// `above` put over `below`.
pub(crate) fn over(below: &SettingsPatch, above: &SettingsPatch) -> SettingsPatch {
    let mut both = as_map(below);
    both.extend(as_map(above));
    serde_json::from_value(Value::Object(both)).unwrap_or_default()
}

/// The settings that a patch says, by name.
pub(crate) fn as_map(patch: &SettingsPatch) -> Map<String, Value> {
    match serde_json::to_value(patch) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn instead(setting: &str) -> &'static str {
    match setting {
        "access_token_format" | "refresh_token_format" => "write \"jwt\" or \"opaque\"",
        "access_token_alg" => "write an algorithm such as \"ES256\" or \"RS256\"",
        "access_token_typ" => "write \"at+jwt\" or \"JWT\"",
        "scope_claim" => "write \"scope\" or \"scopes\"",
        "claims" => "write a list such as [{ name = \"plan\", from = \"user.attributes.plan\" }] or [{ name = \"tier\", value = 1 }]",
        "refresh_token_grants" => "write a list of \"authorization_code\" and \"password\"",
        "require_pkce" => "write \"all\" or \"public\"",
        "refresh_token_rotation" | "remember_consent" => "write true or false, without quotes",
        "password_attempts" | "network_attempts" | "client_attempts" => "write a whole number, such as 10",
        "registration" => "write \"off\", \"open\", \"initial_access_token\" or \"developers\"",
        "registration_grants" => "write a list such as [\"authorization_code\", \"refresh_token\"]",
        "registration_auth_methods" => "write a list such as [\"none\", \"client_secret_basic\"]",
        "registration_scopes" => "write scopes as one text with spaces, or as a list",
        "registration_redirect_hosts" => "write a list of hosts such as [\"app.example\", \"localhost\"]",
        "registrations_per_network" => "write a whole number, such as 100",
        _ => "write whole seconds, such as 3600",
    }
}
