//! Where every refusal and every failure is counted and logged, once.

use jeton_oauth::{OAuthError, manage::Origin, model::Realm};

use crate::{app::App, failure::Failure};

/// Logs a failure and gives what may be told of it. A broken server's answer carries the id that the
/// log has too.
pub fn logged(app: &App, realm: Option<&Realm>, from: &Origin, failure: Failure) -> OAuthError {
    let now = app.clock.uptime();
    let mut error = match failure {
        Failure::Refused(error) => {
            app.metrics.refused(error.code);
            app.refusal_log.refused(realm, from, &error, now);
            error
        }
        Failure::Broken(broken) => {
            app.refusal_log.broken(realm, from, &broken, now);
            let mut error = Failure::Broken(broken).into_error();
            if let Some(id) = from.request {
                error.description = format!("{}; request {id}", error.description).into();
            }
            error
        }
    };
    error.asked.get_or_insert_default().request = from.request;
    error
}
