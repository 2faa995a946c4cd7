//! Whether a client can be what is said about it.

use url::Url;

use super::ClientMetadata;
use crate::{
    manage::{Fault, Who, did_you_mean, text::is_line},
    model::{ClientAuthMethod, Realm},
    redirect_uri::is_on_device,
    settings::GrantType,
};

/// RFC 6749 Appendix A.1. A colon is legal: in Basic it is sent form-encoded.
pub fn client_id_fault(id: &str) -> Option<Fault> {
    let fits = !id.is_empty() && id.len() <= 255 && id.bytes().all(|byte| byte.is_ascii_graphic());
    (!fits).then(|| {
        Fault::new("client_id", format!("{id:?} cannot be a client's id"), "write 1 to 255 printable ASCII characters without spaces")
    })
}

impl ClientMetadata {
    /// Everything that is wrong with it in `realm`, all at once.
    pub fn faults(&self, realm: &Realm) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.words(&mut faults);
        self.authentication(realm, &mut faults);
        self.trust(&mut faults);
        self.grants(&mut faults);
        self.scopes(realm, &mut faults);
        self.audiences(realm, &mut faults);
        self.algorithms(&mut faults);
        self.settings(realm, &mut faults);
        faults
    }

    fn words(&self, faults: &mut Vec<Fault>) {
        if let Some(name) = self.client_name.as_ref().filter(|name| !is_line(name)) {
            faults.push(Fault::new("client_name", format!("`client_name` cannot be {name:?}"), "write one line of 1 to 255 bytes"));
        }
        let addresses =
            [("client_uri", &self.client_uri), ("logo_uri", &self.logo_uri), ("policy_uri", &self.policy_uri), ("tos_uri", &self.tos_uri)];
        for (member, address) in addresses {
            if let Some(address) = address.as_ref().filter(|address| !is_web_address(address)) {
                faults.push(Fault::new(
                    member,
                    format!("`{member}` cannot be {address:?}"),
                    "write a web address, such as https://app.example/about",
                ));
            }
        }
        for (index, contact) in self.contacts.iter().enumerate().filter(|(_, contact)| !is_line(contact)) {
            faults.push(Fault::new(("contacts", index), format!("{contact:?} cannot be a contact"), "write an e-mail address"));
        }
    }

    fn authentication(&self, realm: &Realm, faults: &mut Vec<Fault>) {
        let methods = &self.token_endpoint_auth_method;
        if methods.allows(ClientAuthMethod::Header) && realm.dialect.authentication.header.is_none() {
            faults.push(Fault::new(
                "token_endpoint_auth_method",
                format!("the dialect {:?} has no headers for a client's id and secret", realm.dialect.name),
                "write \"client_secret_basic\" or \"client_secret_post\"",
            ));
        }
        let mixes = |method| methods.allows(method) && methods.iter().count() > 1;
        if mixes(ClientAuthMethod::None) || mixes(ClientAuthMethod::Header) {
            faults.push(Fault::new(
                "token_endpoint_auth_method",
                "only client_secret_basic and client_secret_post go together",
                "write one method, or [\"client_secret_basic\", \"client_secret_post\"]",
            ));
        }
        if methods.is_public() && self.require_pkce == Some(false) {
            faults.push(
                Fault::new(
                    "require_pkce",
                    "a public client always uses PKCE (RFC 9700 section 2.1.1)",
                    "remove `require_pkce`, or give the client a secret and another token_endpoint_auth_method",
                )
                .with(&["token_endpoint_auth_method"]),
            );
        }
    }

    /// Another program on the device could take such a client's place (RFC 8252 §8.6).
    fn trust(&self, faults: &mut Vec<Fault>) {
        let on_device = self.redirect_uris.iter().any(|uri| is_on_device(uri.as_str()));
        if self.trusted && self.token_endpoint_auth_method.is_public() && on_device {
            faults.push(
                Fault::new(
                    "trusted",
                    "a public client that returns to a loopback address or a scheme of its own cannot be `trusted`: any program on the device can take its place (RFC 8252 section 8.6)",
                    "remove `trusted`, or let its `redirect_uris` be https addresses",
                )
                .with(&["redirect_uris", "token_endpoint_auth_method"]),
            );
        }
    }

    fn grants(&self, faults: &mut Vec<Fault>) {
        let may = |grant| self.grant_types.contains(&grant);
        if self.grant_types.is_empty() && self.audiences.is_empty() {
            faults.push(
                Fault::new(
                    "grant_types",
                    "the client may use no grant, and has no `audiences` whose tokens it could introspect",
                    "write grant_types = [\"authorization_code\", \"refresh_token\"], or [\"client_credentials\"]",
                )
                .with(&["audiences"]),
            );
        }
        if self.token_endpoint_auth_method.is_public() && may(GrantType::ClientCredentials) {
            faults.push(
                Fault::new(
                    "grant_types",
                    "a public client has no credentials for client_credentials (RFC 6749 section 4.4)",
                    "remove \"client_credentials\", or give it a secret and token_endpoint_auth_method \"client_secret_basic\"",
                )
                .with(&["token_endpoint_auth_method"]),
            );
        }
        if may(GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            faults.push(
                Fault::new(
                    "grant_types",
                    "authorization_code needs somewhere to return to, and there are no `redirect_uris`",
                    "write redirect_uris = [\"https://app.example/callback\"]",
                )
                .with(&["redirect_uris"]),
            );
        }
        if !self.redirect_uris.is_empty() && !may(GrantType::AuthorizationCode) {
            faults.push(
                Fault::new(
                    "redirect_uris",
                    "nothing returns to these redirect URIs: `grant_types` has no authorization_code",
                    "add \"authorization_code\" to `grant_types`, or remove `redirect_uris`",
                )
                .with(&["grant_types"]),
            );
        }
        if may(GrantType::RefreshToken) && !may(GrantType::AuthorizationCode) && !may(GrantType::Password) {
            faults.push(Fault::new(
                "grant_types",
                "refresh_token alone has nothing to refresh",
                "add \"authorization_code\" or \"password\" to `grant_types`, or remove \"refresh_token\"",
            ));
        }
        for (index, uri) in self.redirect_uris.iter().enumerate() {
            if self.redirect_uris[..index].contains(uri) {
                let twice = format!("the redirect URI {:?} stands here twice", uri.as_str());
                faults.push(Fault::new(("redirect_uris", index), twice, "remove one of the two"));
            } else if let Err(invalid) = uri.check() {
                let what = format!("{:?} cannot be a redirect URI", uri.as_str());
                faults.push(Fault::new(("redirect_uris", index), what, invalid.to_string()));
            } else if uri.is_loopback_name_without_port() && !self.loopback_any_port {
                let what = format!("{:?} is port 80, where hardly any application listens", uri.as_str());
                let instead = "write http://127.0.0.1/… (any port), a port, or loopback_any_port = true";
                faults.push(Fault::new(("redirect_uris", index), what, instead).with(&["loopback_any_port"]));
            }
        }
    }

    fn scopes(&self, realm: &Realm, faults: &mut Vec<Fault>) {
        for (member, scope) in [("scope", Some(&self.scope)), ("default_scope", self.default_scope.as_ref())] {
            for (index, token) in scope.iter().flat_map(|scope| scope.iter()).enumerate() {
                if !realm.scopes.contains(token) {
                    let known: Vec<&str> = realm.scopes.iter().collect();
                    faults.push(Fault::new(
                        (member, index),
                        format!("this realm has no scope {token:?}"),
                        format!("define it with [[scope]] and name = {token:?}; {}", did_you_mean(token, &known)),
                    ));
                }
            }
        }
        let missing: Vec<&str> =
            self.default_scope.iter().flat_map(|scope| scope.iter()).filter(|token| !self.scope.contains(token)).collect();
        if !missing.is_empty() {
            faults.push(
                Fault::new(
                    "default_scope",
                    format!("`default_scope` has {}, which `scope` has not", missing.join(", ")),
                    "add it to `scope`, or remove it from `default_scope`",
                )
                .with(&["scope"]),
            );
        }
    }

    /// A resource is an absolute URI without a fragment (RFC 8707 §2), or what the realm calls its audience.
    fn audiences(&self, realm: &Realm, faults: &mut Vec<Fault>) {
        for (index, audience) in self.audiences.iter().enumerate() {
            let absolute = Url::parse(audience).is_ok() && !audience.contains('#') && audience.len() <= 2048;
            if !absolute && realm.config.audience.as_ref() != Some(audience) {
                faults.push(Fault::new(
                    ("audiences", index),
                    format!("{audience:?} cannot be an audience"),
                    "write an absolute URI without a fragment, such as https://api.example.com (RFC 8707 section 2)",
                ));
            }
        }
    }

    fn algorithms(&self, faults: &mut Vec<Fault>) {
        if self.id_token_signed_response_alg.is_some_and(jeton_jose::Algorithm::is_symmetric) {
            faults.push(Fault::new(
                "id_token_signed_response_alg",
                "ID tokens are not signed with a client's secret: only a hash of it is kept",
                "write RS256, ES256 or another asymmetric algorithm",
            ));
        }
    }
}

impl ClientMetadata {
    /// Settings of its own that cannot be beside the realm's, and what they loosen in silence.
    fn settings(&self, realm: &Realm, faults: &mut Vec<Fault>) {
        let mut own = self.overrides();
        if self.token_endpoint_auth_method.is_public() {
            // Told already: a public client always uses it.
            own.require_pkce = None;
        }
        let limit = realm.settings.client_lifetime_limit;
        for (name, lifetime) in [("access_token_lifetime", own.access_token_lifetime), ("id_token_lifetime", own.id_token_lifetime)] {
            if lifetime.is_some_and(|lifetime| lifetime > limit) {
                let what = format!("`{name}` is longer than `client_lifetime_limit`, which is {} seconds in this realm", limit.0);
                faults.push(Fault::new(name, what, "write less, or raise that setting of the realm"));
            }
        }
        let most = realm.settings.authorization_lifetime;
        if own.authorization_lifetime.is_some_and(|lifetime| lifetime > most) {
            let what = format!("`authorization_lifetime` is longer than the realm's, which is {} seconds", most.0);
            faults.push(Fault::new("authorization_lifetime", what, "write less, or raise the realm's"));
        }
        let before = realm.settings.faults();
        let said = own.to_document();
        for (name, instead) in realm.settings.clone().with(&own).faults().into_iter().filter(|fault| !before.contains(fault)) {
            let fault = match name {
                "authorization_lifetime" => {
                    let path = if said.contains_key(name) { name } else { "refresh_token_lifetime" };
                    let what = "`authorization_lifetime` is shorter than `refresh_token_lifetime`";
                    Fault::new(path, what, "write an `authorization_lifetime` that is at least as long")
                        .with(&["refresh_token_lifetime", "authorization_lifetime"])
                }
                "refresh_token_grace" if realm.settings.refresh_token_rotation => {
                    Fault::new(name, "`refresh_token_grace` cannot be so", instead)
                }
                "refresh_token_grace" => {
                    let what = "`refresh_token_grace` and the realm's `refresh_token_rotation` = false cannot both be";
                    Fault::new(name, what, instead)
                }
                _ => Fault::new(name, format!("`{name}` cannot be so"), instead),
            };
            faults.push(fault);
        }
        let accepted = realm.dialect.loosened_by(&realm.config.settings);
        for (relaxation, setting) in realm.dialect.loosened_by(&own) {
            if !self.relaxes.contains(&relaxation) && !accepted.iter().any(|(of_realm, _)| *of_realm == relaxation) {
                let what = format!("`{setting}` loosens the standard, and `relaxes` does not say so: {}", relaxation.explanation());
                let instead = format!("write relaxes = [\"{relaxation}\"] too, or leave `{setting}` out");
                faults.push(Fault::new(setting, what, instead).with(&["relaxes"]));
            }
        }
    }
}

/// Members that a developer says of an application of their own; what is not named here only those who run the
/// realm may say, so that a forgotten line gives nothing away.
const THEIRS: [&str; 15] = [
    "client_name",
    "token_endpoint_auth_method",
    "grant_types",
    "redirect_uris",
    "loopback_any_port",
    "scope",
    "default_scope",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "contacts",
    "id_token_signed_response_alg",
    "access_token_format",
    "id_token_claims",
];

/// What only those who run the realm may say. `logo` is theirs as well: another application's would deceive people.
pub(super) fn unsaid(before: &ClientMetadata, after: &ClientMetadata, who: &Who) -> Vec<Fault> {
    if who.runs_the_realm() {
        return Vec::new();
    }
    let (was, is) = (before.to_document(), after.to_document());
    let is_unsaid = |member: &&str| match *member {
        // These are judged by which way they go.
        "require_second_factor" => is_looser(before.require_second_factor, after.require_second_factor),
        "require_pkce" => is_looser(before.require_pkce, after.require_pkce),
        "audiences" => after.audiences.iter().any(|audience| !before.audiences.contains(audience)),
        member => !THEIRS.contains(&member) && was.get(member) != is.get(member),
    };
    let fault = |member: &'static str| {
        Fault::new(member, format!("only those who run the realm may change `{member}`"), format!("leave `{member}` out"))
    };
    ClientMetadata::MEMBERS.iter().map(|member| member.name).filter(is_unsaid).map(fault).collect()
}

/// Whether less is asked for than before; leaving it out asks for what the realm does.
fn is_looser(before: Option<bool>, after: Option<bool>) -> bool {
    match (before, after) {
        (_, Some(true)) | (None, None) | (Some(false), _) => false,
        (Some(true), _) | (None, Some(false)) => true,
    }
}

fn is_web_address(text: &str) -> bool {
    // Parsing takes blanks, line breaks and what no address has out, or writes it otherwise.
    let plain = !text
        .chars()
        .any(|char| char.is_control() || char.is_whitespace() || matches!(char, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}'));
    text.len() <= 2048 && plain && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.host().is_some())
}
