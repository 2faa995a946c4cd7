//! The pages' templates: built in, or an operator's of the same name.

use std::{collections::HashMap, path::Path, sync::LazyLock};

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, syntax::SyntaxConfig};

use super::overrides;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// Every template by its name; an operator's of the same name is used in its place.
        pub const BUILT_IN: &[(&str, &str)] = &[$(($name, include_str!(concat!("../templates/", $name)))),*];
    };
}

built_in![
    "document.html",
    "gate.html",
    "desk.html",
    "sheet.html",
    "parts.html",
    "visitors/home.html",
    "visitors/demo.html",
    "visitors/sign_in.html",
    "visitors/sign_in_wait.html",
    "visitors/resume.html",
    "visitors/consent.html",
    "visitors/invitation.html",
    "visitors/sign_out.html",
    "visitors/signed_out.html",
    "visitors/error.html",
    "visitors/demo_mail.html",
    "visitors/factor_required.html",
    "visitors/passkey.html",
    "visitors/second_factor.html",
    "visitors/forgot_password.html",
    "visitors/forgot_password_sent.html",
    "visitors/link_ended.html",
    "visitors/mail_wait.html",
    "visitors/reset_password.html",
    "visitors/sign_up.html",
    "visitors/sign_up_closed.html",
    "visitors/verify_email.html",
    "visitors/verify_email_sent.html",
    "mail/letter.html",
    "admin/act.html",
    "admin/administrator.html",
    "admin/administrators.html",
    "docs/calls.html",
    "docs/docs.html",
    "docs/sections.html",
    "admin/api.html",
    "admin/api_call.html",
    "admin/application.html",
    "admin/applications.html",
    "admin/audit.html",
    "admin/changes.html",
    "admin/dialect.html",
    "admin/dialects.html",
    "admin/events.html",
    "admin/factor_required.html",
    "admin/forbidden.html",
    "admin/form_notes.html",
    "admin/invite.html",
    "admin/keys.html",
    "admin/mail.html",
    "admin/danger.html",
    "admin/dashboard.html",
    "admin/document_form.html",
    "admin/health.html",
    "admin/new_application.html",
    "admin/new_person.html",
    "admin/new_realm.html",
    "admin/pager.html",
    "admin/people.html",
    "admin/person.html",
    "admin/realm.html",
    "admin/realms.html",
    "admin/rotation.html",
    "admin/rows.html",
    "admin/scope.html",
    "admin/scopes.html",
    "admin/sessions.html",
    "admin/settings.html",
    "admin/shown_once.html",
    "account/application_withdraw.html",
    "account/applications.html",
    "account/close.html",
    "account/email.html",
    "account/email_confirm.html",
    "account/overview.html",
    "account/passkey_new.html",
    "account/passkey_remove.html",
    "account/passkey_rename.html",
    "account/profile.html",
    "account/security.html",
    "account/sessions.html",
    "account/token_created.html",
    "account/token_new.html",
    "account/token_regenerate.html",
    "account/token_revoke.html",
    "account/tokens.html",
    "account/totp.html",
    "account/totp_remove.html",
    "account/recovery_codes.html",
    "account/recovery_codes_new.html",
    "chart.html",
    "developers/activity.html",
    "developers/application.html",
    "developers/applications.html",
    "developers/get_a_token.html",
    "developers/overview.html",
    "developers/fields.html",
    "developers/register.html",
    "developers/created.html",
    "developers/credentials.html",
    "developers/secret_added.html",
    "developers/secret_remove.html",
    "developers/api_user_list.html",
    "developers/api_users.html",
    "developers/application_api_users.html",
    "developers/password.html",
    "developers/settings.html",
    "developers/delete.html",
    "developers/end_all.html",
    "developers/together.html",
    "developers/hand_over.html",
    "developers/leave.html",
];

const ICONS: &str = include_str!("../assets/icons.svg");

/// Where the layout wants the symbols of the icons that the page uses.
const SPRITE: &str = "<svg class=\"sprite\"></svg>";

/// The templates, and what is wrong with those of `folder`; a broken one leaves the built-in one in its place.
pub fn environment(folder: &Path) -> (Environment<'static>, Vec<String>) {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    match SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        Ok(syntax) => environment.set_syntax(syntax),
        Err(error) => tracing::error!("pages keep their blank lines: {error}"),
    }
    environment.add_function("icon", icon);
    for (name, source) in BUILT_IN {
        environment.add_template(name, source).expect("a built-in template is broken");
    }
    let mut faults = Vec::new();
    for (name, source) in overrides::files(folder, "html", &mut faults) {
        if !BUILT_IN.iter().any(|(own, _)| *own == name) {
            let names: Vec<_> = BUILT_IN.iter().map(|(own, _)| *own).collect();
            faults.push(format!("templates/{name}: no page has this template; they are {}", names.join(", ")));
        } else if let Err(error) = environment.add_template_owned(name.clone(), source) {
            faults.push(format!("templates/{name}: {error}"));
        }
    }
    (environment, faults)
}

/// `icon("key")`, or `icon("chevron", "flip")`: always beside a word, so no reader hears it.
fn icon(name: &str, class: Option<&str>) -> Result<Value, minijinja::Error> {
    if !SYMBOLS.contains_key(name) {
        return Err(minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, format!("there is no icon {name}")));
    }
    let class = class.map(|class| format!(" {class}")).unwrap_or_default();
    Ok(Value::from_safe_string(format!("<svg class=\"icon{class}\" aria-hidden=\"true\"><use href=\"#i-{name}\"/></svg>")))
}

/// The `<symbol>` of each icon.
static SYMBOLS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let symbols = ICONS.lines().map(str::trim).filter(|line| line.starts_with("<symbol"));
    symbols.filter_map(|symbol| Some((symbol.split("id=\"i-").nth(1)?.split('"').next()?, symbol))).collect()
});

/// Puts the symbols that a page uses where its layout wants them. Text that people chose is escaped,
/// so it cannot ask for any. A slash means nothing in text and attributes, so addresses stay readable.
pub fn with_icons(html: &str) -> String {
    let html = html.replace("&#x2f;", "/");
    let Some((before, after)) = html.split_once(SPRITE) else { return html };
    let mut used: Vec<&str> = after.split("<use href=\"#i-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    used.sort_unstable();
    used.dedup();
    let mut out = String::with_capacity(html.len() + used.len() * 200);
    out.push_str(before);
    if !used.is_empty() {
        out.push_str("<svg class=\"sprite\" width=\"0\" height=\"0\" aria-hidden=\"true\">");
        out.extend(used.iter().filter_map(|name| SYMBOLS.get(name)).copied());
        out.push_str("</svg>");
    }
    out.push_str(after);
    out
}

#[cfg(test)]
mod tests {
    use super::{BUILT_IN, SYMBOLS, environment, with_icons};

    #[test]
    fn every_template_compiles_and_every_file_is_one() {
        let (environment, faults) = environment(std::path::Path::new("/nowhere"));
        assert!(faults.is_empty());
        let mut found = Vec::new();
        for (name, _) in
            super::overrides::everything(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/templates")), &mut found)
        {
            assert!(BUILT_IN.iter().any(|(own, _)| *own == name), "{name} is in the folder and not in the list");
            environment.get_template(&name).unwrap();
        }
    }

    #[test]
    fn the_data_folder_replaces_templates_by_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("visitors")).unwrap();
        std::fs::write(folder.path().join("visitors/signed_out.html"), "Gone").unwrap();
        std::fs::write(folder.path().join("visitors/sign_out.html"), "{% if %}").unwrap();
        std::fs::write(folder.path().join("other.html"), "").unwrap();
        let (environment, faults) = environment(folder.path());
        assert_eq!(faults.len(), 2, "{faults:?}");
        let render = |name| environment.get_template(name).unwrap().source().to_owned();
        assert_eq!(render("visitors/signed_out.html"), "Gone");
        assert!(render("visitors/sign_out.html").contains("extends"), "the built-in one stands in for a broken one");
    }

    #[test]
    fn a_page_has_the_symbols_that_it_uses_and_no_others() {
        let page = with_icons("<body><svg class=\"sprite\"></svg><use href=\"#i-key\"/><use href=\"#i-key\"/></body>");
        assert_eq!(page.matches("<symbol").count(), 1);
        assert!(page.contains(SYMBOLS["key"]));
        assert!(!with_icons("<body><svg class=\"sprite\"></svg></body>").contains("sprite"));
    }
}
