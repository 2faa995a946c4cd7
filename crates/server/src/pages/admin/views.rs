//! The console's templates: each is rendered with JSON, mostly answers of the admin API as they are.

use serde::Serialize;
use serde_json::Value;

use crate::pages::frame::View;

macro_rules! views {
    ($($name:ident $template:literal)*) => {$(
        #[derive(Serialize)]
        #[serde(transparent)]
        pub struct $name(pub Value);

        impl View for $name {
            const TEMPLATE: &'static str = concat!("admin/", $template, ".html");
        }
    )*};
}

views! {
    Act "act"
    Administrator "administrator"
    Administrators "administrators"
    Application "application"
    Applications "applications"
    Audit "audit"
    Changes "changes"
    Dashboard "dashboard"
    Dialect "dialect"
    Dialects "dialects"
    FactorRequired "factor_required"
    Forbidden "forbidden"
    Health "health"
    Invite "invite"
    Keys "keys"
    Mail "mail"
    NewApplication "new_application"
    NewPerson "new_person"
    NewRealm "new_realm"
    People "people"
    Person "person"
    Realm "realm"
    Realms "realms"
    Rotation "rotation"
    Scope "scope"
    Scopes "scopes"
    Sessions "sessions"
    Settings "settings"
    ShownOnce "shown_once"
}
