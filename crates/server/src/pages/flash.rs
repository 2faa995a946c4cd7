//! What just succeeded, said once on the page that a form led back to.

use http::{HeaderMap, HeaderValue};
use jeton_oauth::{Seconds, Timestamp, model::Realm};

use crate::{app::App, cookies, sealed::Purpose};

/// Long enough for one redirect.
const LIFETIME: Seconds = Seconds(60);

/// The cookie that takes the words along.
pub fn cookie(app: &App, realm: &Realm, words: &str, now: Timestamp) -> HeaderValue {
    cookies::flash_cookie(realm, app.seal.seal(Purpose::Flash, realm.id(), &words, now + LIFETIME), LIFETIME)
}

/// The words that the browser brought, if they are ours.
pub fn read(app: &App, realm: &Realm, headers: &HeaderMap, now: Timestamp) -> Option<String> {
    app.seal.open(Purpose::Flash, realm.id(), &cookies::flash(headers, realm)?, now)
}

/// The cookie that forgets them.
pub fn none(realm: &Realm) -> HeaderValue {
    cookies::flash_cookie(realm, String::new(), Seconds(0))
}
