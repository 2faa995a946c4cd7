//! Which function answers which endpoint, and method. What guards it stands in the table of
//! endpoints (`jeton_oauth::endpoint`), and dispatch enforces it.

use std::pin::Pin;

use axum::response::Response;
use http::{Method, request::Parts};
use jeton_oauth::{Endpoint, endpoint::Base};

use crate::{
    admin_api,
    app::App,
    endpoints,
    failure::Failure,
    incoming::Incoming,
    pages::{self, account, admin, developers, docs, visitors},
    respond::not_found,
};

/// One arm per endpoint of realms, so that the compiler finds a forgotten one; a test compares the
/// methods. Answers under `often` are awaited in place; the others in a box of their own, so that
/// large pages do not make the future of every token request large.
macro_rules! handlers {
    (
        often { $($often:ident { $($often_method:ident => $often_handler:path),+ })* }
        seldom { $($seldom:ident { $($seldom_method:ident => $seldom_handler:path),+ })* }
        server { $($server:ident)* }
    ) => {
        /// Asks the handler of an endpoint of a realm. HEAD is answered by GET's.
        pub async fn answer(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
            let method = if incoming.is(&Method::HEAD) { &Method::GET } else { &incoming.parts.method };
            match incoming.endpoint() {
                $(Endpoint::$often => match *method {
                    $(Method::$often_method => $often_handler(app, incoming).await,)+
                    _ => Err(not_found().into()),
                },)*
                $(Endpoint::$seldom => match *method {
                    $(Method::$seldom_method => boxed(move || $seldom_handler(app, incoming)).await,)+
                    _ => Err(not_found().into()),
                },)*
                $(Endpoint::$server)|* => Err(not_found().into()),
            }
        }

        /// The methods that an endpoint has handlers for.
        #[cfg(test)]
        fn methods(endpoint: Endpoint) -> &'static [Method] {
            match endpoint {
                $(Endpoint::$often => &[$(Method::$often_method),+],)*
                $(Endpoint::$seldom => &[$(Method::$seldom_method),+],)*
                $(Endpoint::$server)|* => &[Method::GET],
            }
        }
    };
}

handlers! {
    often {
        Token { POST => endpoints::token, GET => endpoints::token }
        Introspection { POST => endpoints::introspection }
        Revocation { POST => endpoints::revocation }
        UserInfo { GET => endpoints::userinfo, POST => endpoints::userinfo }
        Jwks { GET => endpoints::jwks }
        Metadata { GET => endpoints::metadata }
    }
    seldom {
        Authorization { GET => visitors::authorize, POST => visitors::authorize }
        SignIn { GET => visitors::sign_in_page, POST => visitors::sign_in }
        SignOut { GET => visitors::sign_out_page, POST => visitors::sign_out }
        PasskeySignIn { GET => visitors::passkey, POST => visitors::passkey }
        SecondFactor { GET => visitors::second_factor, POST => visitors::second_factor }
        ForgotPassword { GET => visitors::forgot, POST => visitors::forgot }
        ResetPassword { GET => visitors::reset, POST => visitors::reset }
        SignUp { GET => visitors::sign_up, POST => visitors::sign_up }
        VerifyEmail { GET => visitors::verify_email, POST => visitors::verify_email }
        Consent { GET => visitors::consent, POST => visitors::decide }
        Preferences { POST => visitors::choose }
        Docs { GET => docs::docs }
        DocsOpenApi { GET => docs::openapi }
        DocsPostman { GET => docs::postman }
        DocsBruno { GET => docs::bruno }
        Registration { POST => endpoints::registration::register }
        ClientConfiguration { GET => endpoints::registration::read, PUT => endpoints::registration::replace, DELETE => endpoints::registration::remove }
        AccountTokens { GET => account::tokens::list_or_page, POST => endpoints::account_tokens::create }
        AccountToken { DELETE => endpoints::account_tokens::revoke }
        AccountTokenRenewal { GET => account::tokens::regenerate, POST => account::tokens::regenerate_or_page }
        Account { GET => account::overview::overview }
        AccountProfile { GET => account::overview::profile, POST => account::overview::profile }
        AccountEmail { GET => account::email::change, POST => account::email::change }
        ConfirmEmail { GET => account::email::confirm, POST => account::email::confirm }
        AccountSecurity { GET => account::security::security }
        AccountPassword { POST => account::security::change_password }
        AccountTotp { GET => account::factors::totp, POST => account::factors::totp }
        AccountTotpRemoval { GET => account::factors::remove_totp, POST => account::factors::remove_totp }
        AccountRecoveryCodes { GET => account::factors::recovery_codes, POST => account::factors::recovery_codes }
        AccountPasskeyNew { GET => account::passkeys::add, POST => account::passkeys::add }
        AccountPasskey { GET => account::passkeys::rename, POST => account::passkeys::rename }
        AccountPasskeyRemoval { GET => account::passkeys::remove, POST => account::passkeys::remove }
        AccountSessions { GET => account::sessions::list }
        AccountSession { POST => account::sessions::end }
        AccountSessionsElsewhere { POST => account::sessions::end_others }
        AccountSessionsAll { POST => account::sessions::end_all }
        AccountApplications { GET => account::applications::list }
        AccountApplication { GET => account::applications::withdraw, POST => account::applications::withdraw }
        AccountTokenNew { GET => account::tokens::create, POST => account::tokens::create }
        AccountTokenRevocation { GET => account::tokens::revoke, POST => account::tokens::revoke }
        Developers { GET => developers::applications::list }
        DeveloperRegistration { GET => developers::register::register, POST => developers::register::register }
        DeveloperApiUsers { GET => developers::api_users::of_developer, POST => developers::api_users::of_developer }
        DeveloperApiUserPassword { POST => developers::api_users::new_password }
        DeveloperApiUserDisabling { POST => developers::api_users::disable }
        DeveloperApiUserEnabling { POST => developers::api_users::enable }
        DeveloperInvitationAcceptance { POST => developers::together::accept }
        DeveloperInvitationDecline { POST => developers::together::decline }
        DeveloperActivity { GET => developers::activity::activity }
        DeveloperApplication { GET => developers::applications::overview }
        DeveloperCredentials { GET => developers::credentials::credentials }
        DeveloperSecretAddition { POST => developers::credentials::add }
        DeveloperSecretRemoval { GET => developers::credentials::remove, POST => developers::credentials::remove }
        DeveloperApplicationApiUsers { GET => developers::api_users::of_application, POST => developers::api_users::of_application }
        DeveloperSettings { GET => developers::settings::settings, POST => developers::settings::settings }
        DeveloperDeletion { GET => developers::settings::delete, POST => developers::settings::delete }
        DeveloperEndAll { GET => developers::settings::end_all, POST => developers::settings::end_all }
        DeveloperTogether { GET => developers::together::together, POST => developers::together::together }
        DeveloperUninviting { POST => developers::together::uninvite }
        DeveloperLeaving { GET => developers::together::leave, POST => developers::together::leave }
        DeveloperDismissal { POST => developers::together::dismiss }
        DeveloperHandOver { GET => developers::together::hand_over, POST => developers::together::hand_over }
        DeveloperGetAToken { GET => developers::get_a_token::page, POST => developers::get_a_token::run }
        AccountData { GET => account::leaving::download }
        Invitation { GET => visitors::invitation_page, POST => visitors::accept_invitation }
        Console { GET => admin::console }
        ConsoleHealth { GET => admin::console }
        ConsoleMail { GET => admin::console }
        ConsoleRealms { GET => admin::console }
        ConsoleNewRealm { GET => admin::console, POST => admin::console }
        ConsoleRealm { GET => admin::console }
        ConsoleSettings { GET => admin::console, POST => admin::console }
        ConsoleChanges { GET => admin::console, POST => admin::console }
        ConsolePeople { GET => admin::console }
        ConsoleNewPerson { GET => admin::console, POST => admin::console }
        ConsolePerson { GET => admin::console, POST => admin::console }
        ConsoleInvitation { GET => admin::console, POST => admin::console }
        ConsoleApplications { GET => admin::console }
        ConsoleNewApplication { GET => admin::console, POST => admin::console }
        ConsoleApplication { GET => admin::console, POST => admin::console }
        ConsoleScopes { GET => admin::console }
        ConsoleNewScope { GET => admin::console, POST => admin::console }
        ConsoleScope { GET => admin::console, POST => admin::console }
        ConsoleSessions { GET => admin::console }
        ConsoleKeys { GET => admin::console }
        ConsoleRotation { GET => admin::console, POST => admin::console }
        ConsoleAudit { GET => admin::console }
        ConsoleAuditExport { GET => admin::console }
        ConsoleDialects { GET => admin::console }
        ConsoleNewDialect { GET => admin::console, POST => admin::console }
        ConsoleDialect { GET => admin::console, POST => admin::console }
        ConsoleAdministrators { GET => admin::console }
        ConsoleNewAdministrator { GET => admin::console, POST => admin::console }
        ConsoleAdministrator { GET => admin::console, POST => admin::console }
        ConsoleAct { GET => admin::console, POST => admin::console }
        AdminRealms { GET => admin_api::realms::list, POST => admin_api::realms::create }
        AdminRealm { GET => admin_api::realms::show, PATCH => admin_api::realms::change, DELETE => admin_api::realms::remove }
        AdminRealmDisabling { POST => admin_api::realms::disable }
        AdminRealmEnabling { POST => admin_api::realms::enable }
        AdminSettings { GET => admin_api::show_settings, PATCH => admin_api::change_settings }
        AdminClients { GET => admin_api::clients::list, POST => admin_api::clients::create }
        AdminClient { GET => admin_api::clients::show, PATCH => admin_api::clients::change, DELETE => admin_api::clients::remove }
        AdminClientDisabling { POST => admin_api::clients::disable }
        AdminClientEnabling { POST => admin_api::clients::enable }
        AdminClientSecrets { GET => admin_api::secrets::list, POST => admin_api::secrets::create }
        AdminKeys { GET => admin_api::keys::list }
        AdminKeyRotation { POST => admin_api::keys::rotate }
        AdminKey { GET => admin_api::keys::show }
        AdminKeyRevocation { POST => admin_api::keys::revoke }
        AdminScopes { GET => admin_api::scopes::list, POST => admin_api::scopes::create }
        AdminScope { GET => admin_api::scopes::show, PATCH => admin_api::scopes::change, DELETE => admin_api::scopes::remove }
        AdminDialects { GET => admin_api::dialects::list }
        AdminDialectCheck { POST => admin_api::dialects::check }
        AdminDialect { GET => admin_api::dialects::show, PUT => admin_api::dialects::write, DELETE => admin_api::dialects::remove }
        AdminApply { POST => admin_api::apply::apply }
        AdminActivity { GET => admin_api::activity::of_all }
        AdminRealmActivity { GET => admin_api::activity::of_realm }
        AdminClientActivity { GET => admin_api::activity::of_client }
        AdminHealth { GET => admin_api::health::health }
        AdminMetrics { GET => admin_api::health::metrics }
        AdminApiDocument { GET => admin_api::openapi::document }
        AdminApiViewer { GET => admin_api::openapi::viewer }
        AdminClientSecret { DELETE => admin_api::secrets::remove }
        AdminRealmNotBefore { POST => admin_api::realms::revoke_all }
        AdminClientNotBefore { POST => admin_api::clients::revoke_all }
        AdminPeople { GET => admin_api::people::list, POST => admin_api::people::create }
        AdminPerson { GET => admin_api::people::show, PATCH => admin_api::people::change, DELETE => admin_api::people::remove }
        AdminPersonDisabling { POST => admin_api::people::disable }
        AdminPersonEnabling { POST => admin_api::people::enable }
        AdminPersonPassword { POST => admin_api::people::set_password }
        AdminPersonUnlocking { POST => admin_api::people::unlock }
        AdminPersonNotBefore { POST => admin_api::people::revoke_all }
        AdminInvitations { POST => admin_api::people::invite }
        AdminPersonSessions { GET => admin_api::sessions::of_one, DELETE => admin_api::sessions::end_all }
        AdminSessions { GET => admin_api::sessions::list }
        AdminSession { DELETE => admin_api::sessions::end }
        AdminAuthorizations { GET => admin_api::authorizations::list }
        AdminAuthorization { DELETE => admin_api::authorizations::revoke }
        AdminTokens { GET => admin_api::tokens::list }
        AdminToken { DELETE => admin_api::tokens::revoke }
        AdminPersonAuthorizations { DELETE => admin_api::authorizations::revoke_of_person }
        AdminPersonFactors { GET => admin_api::factors::list, DELETE => admin_api::factors::reset }
        AdminLocks { GET => admin_api::locks::list }
        AdminLockEnding { POST => admin_api::locks::end }
        AdminRegistrationTokens { GET => admin_api::registration_tokens::list, POST => admin_api::registration_tokens::create }
        AdminRegistrationToken { DELETE => admin_api::registration_tokens::revoke }
        AdminMails { GET => admin_api::mails::list }
        AdminMailAgain { POST => admin_api::mails::try_again }
        AdminAdministrators { GET => admin_api::administrators::list }
        AdminAdministrator { GET => admin_api::administrators::show, PATCH => admin_api::administrators::change }
        AdminAdministratorDisabling { POST => admin_api::administrators::disable }
        AdminAdministratorEnabling { POST => admin_api::administrators::enable }
        AdminAdministratorInvitations {
            GET => admin_api::administrators::invitations,
            POST => admin_api::administrators::invite
        }
        AdminAdministratorInvitation {
            GET => admin_api::administrators::invitation,
            DELETE => admin_api::administrators::withdraw
        }
        AdminAdministratorTokens { POST => admin_api::administrators::create_token }
        AdminAudit { GET => admin_api::audit::list }
        AccountClosing { GET => account::leaving::close, POST => account::leaving::close }
    }
    server { HealthLive HealthReady Home DemoMail Asset }
}

/// In a frame of its own: unoptimised, a future that is made in an arm takes room on the stack in each of them, and
/// together they are more than a thread has.
fn boxed<F: Future>(handler: impl FnOnce() -> F) -> Pin<Box<F>> {
    Box::pin(handler())
}

/// Answers an endpoint of the server, which knows no realm.
pub async fn answer_server(app: &App, endpoint: Endpoint, parts: &Parts) -> Result<Response, Failure> {
    debug_assert_eq!(endpoint.policy().base, Base::Server);
    match endpoint {
        Endpoint::HealthLive => Ok(endpoints::health::live()),
        Endpoint::HealthReady => Ok(endpoints::health::ready(app, endpoints::health::For::Public).await),
        Endpoint::Home => visitors::home(app, parts),
        Endpoint::DemoMail => visitors::demo_mail(app, parts),
        Endpoint::Asset => pages::asset(app, parts),
        _ => Err(not_found().into()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use http::Method;
    use jeton_oauth::Endpoint;

    use super::methods;

    /// A dialect may take token requests by GET.
    #[test]
    fn every_method_of_every_endpoint_has_a_handler_and_no_other_has_one() {
        for endpoint in Endpoint::ALL {
            let stated: HashSet<_> = endpoint.policy().methods.iter().collect();
            let answered = methods(*endpoint).iter().filter(|method| *endpoint != Endpoint::Token || **method != Method::GET).collect();
            assert_eq!(stated, answered, "{endpoint:?}");
        }
    }
}
