//! The built-in dialects, and what a file may say.

use std::sync::Arc;

use super::*;
use crate::{dialect::table::Word, settings::GrantType};

fn dialect(name: &str) -> Arc<Dialect> {
    Dialect::built_in(name).expect(name)
}

#[test]
fn every_built_in_dialect_parses() {
    for (name, text) in Dialect::BUILT_IN.iter().zip(FILES) {
        let parsed = Dialect::parse(text).unwrap_or_else(|faults| panic!("{name}.toml: {faults:#?}"));
        assert_eq!(parsed.name, *name);
        assert_eq!(dialect(name).routes, parsed.routes);
    }
    assert!(Dialect::built_in("acme").is_none());
}

#[test]
fn the_shortest_dialect_is_the_standard() {
    let shortest = Dialect::parse("name = \"standard\"\ntitle = \"Acme\"").unwrap();
    let standard = dialect("standard");
    let sorted = |dialect: &Dialect| {
        let mut routes = dialect.routes.clone();
        routes.sort_by(|a, b| a.path.cmp(&b.path));
        routes
    };
    assert_eq!(sorted(&shortest), sorted(&standard));
    let settings = |dialect: &Dialect| crate::settings::Settings::default().with(&dialect.settings);
    assert_eq!(settings(&shortest), settings(&standard));
}

/// The faults of a dialect that is named and titled, and says `rest` from line 3 on.
fn faults(rest: &str) -> Vec<String> {
    let text = format!("name = \"acme\"\ntitle = \"Acme\"\n{rest}");
    Dialect::parse(&text).err().into_iter().flatten().map(|fault| fault.to_string()).collect()
}

fn one_fault(rest: &str) -> String {
    let faults = faults(rest);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    faults.into_iter().next().unwrap()
}

#[test]
fn all_faults_are_found_in_one_go_and_say_where_they_are() {
    let text = "name = \"Acme!\"\nsumary = \"é\"\n[settings]\naccess_token_lifetime = \"1h\"\nlifetime = 3\nauthorization_code_lifetime = 90\n[[route]]\noperation = \"tokens\"\npath = \"oauth\"\n";
    let faults: Vec<_> = Dialect::parse(text).unwrap_err().into_iter().map(|fault| (fault.line, fault.column, fault.message)).collect();
    let expected = [
        (1, 1, "`title` is missing"),
        (1, 8, "\"Acme!\" is no name of a dialect"),
        (2, 1, "`sumary` is not a key here"),
        (4, 25, "`access_token_lifetime`: invalid type: string \"1h\", expected whole seconds, such as 3600, without quotes"),
        (5, 1, "`lifetime` is no setting"),
        (6, 1, "`authorization_code_lifetime` cannot be this"),
        (8, 13, "\"tokens\" is no value of `operation`"),
        (9, 8, "\"oauth\" is no path for a route"),
    ];
    assert_eq!(faults, expected.map(|(line, column, message)| (line, column, message.to_owned())));
}

#[test]
fn columns_count_characters_and_broken_toml_is_located() {
    let fault = &Dialect::parse("name = \"é\" x").unwrap_err()[0];
    assert_eq!((fault.line, fault.column), (1, 12), "{fault}");
    assert_eq!(fault.help, "correct the TOML");
    assert!(Dialect::parse(&"#".repeat(70_000)).unwrap_err()[0].message.contains("64 KiB"));
}

#[test]
fn every_loosening_must_be_listed() {
    let token = "[[route]]\noperation = \"token\"\npath = \"/oauth\"\n";
    let cases = [
        (Relaxation::RefreshWithoutClientAuthentication, format!("{token}authenticate = [\"from_token\"]")),
        (Relaxation::ConfidentialClientsWithoutPkce, "[settings]\nrequire_pkce = \"public\"".into()),
        (Relaxation::NonRotatingRefreshForPublicClients, "[settings]\nrefresh_token_rotation = false".into()),
        (Relaxation::RefreshTokenGrace, "[settings]\nrefresh_token_grace = 5".into()),
        (Relaxation::RawBasicCredentials, "[authentication]\nbasic = \"raw\"".into()),
        (
            Relaxation::TokenRequestsByGet,
            format!(
                "{token}method = \"GET\"\n[route.parameters]\ngrant_type = {{ constant = \"client_credentials\" }}\nscope = {{ query = \"scope\" }}"
            ),
        ),
        (Relaxation::UntypedAccessTokens, "[settings]\naccess_token_typ = \"JWT\"".into()),
        (Relaxation::OauthErrorsWithOtherStatus, "[error.status]\n400 = 422".into()),
    ];
    assert_eq!(cases.each_ref().map(|(relaxation, _)| *relaxation), Relaxation::ALL);
    for (relaxation, rest) in cases {
        let fault = one_fault(&rest);
        assert!(fault.contains(relaxation.explanation()), "{fault}");
        assert!(fault.ends_with(&format!("add \"{relaxation}\" to `relaxes`")), "{fault}");
        let listed = format!("relaxes = [\"{relaxation}\"]\n{rest}");
        assert_eq!(faults(&listed), [""; 0]);
        assert!(one_fault(&format!("relaxes = [\"{relaxation}\"]\n")).contains("nothing in this file makes the relaxation"));
    }
}

#[test]
fn non_rotating_refresh_is_fine_where_every_client_proves_itself() {
    let route = "[settings]\nrefresh_token_rotation = false\n[[route]]\noperation = \"token\"\npath = \"/token\"\nauthenticate = [\"client_secret_basic\"]";
    assert_eq!(faults(route), [""; 0]);
}

#[test]
fn impossible_routes_are_refused() {
    let route = |rest: &str| one_fault(&format!("relaxes = []\n[[route]]\noperation = \"token\"\npath = \"/oauth\"\n{rest}"));
    for (rest, wrong) in [
        ("authenticate = []", "no client could use this route"),
        ("authenticate = [\"header\"]", "`authentication.header` names no headers"),
        (
            "bodies = []\nauthenticate = [\"client_secret_basic\"]\ngrants = [\"client_credentials\"]",
            "`grant_type` stands in a body, and the route reads none",
        ),
        ("bodies = [\"xml\"]", "\"xml\" is no value of `bodies`"),
        ("method = \"PUT\"", "\"PUT\" is no method for token"),
        ("answer = [\"token_type\"]", "no member shows the access token"),
        ("answer = [\"access_token\", \"access_token\"]", "\"access_token\" is named twice"),
        ("answer = [\"access_token\", \"mood\"]", "\"mood\" is no source of an answer"),
        ("answer = [\"access_token\", { name = \"a\" }]", "a member has either `from` or `value`"),
        ("answer = [\"access_token\", { name = \"a\", value = 1.5 }]", "this cannot be written as JSON"),
        ("answer = [\"access_token\", { name = \"a\", from = \"scope\", format = \"upper\" }]", "\"scope\" cannot be written as Upper"),
        ("[route.parameters]\npassword = { query = \"p\" }", "`password` is a secret, and URLs end up in logs"),
        ("[route.parameters]\nclient_secret = { constant = \"s\" }", "`client_secret` says who asks, so it cannot be the same for all"),
        ("[route.parameters]\nclient_id = { header = \"X-Id\" }", "`client_id` stands in a header for the whole dialect"),
        ("[route.parameters]\nusername = { body = \"password\" }", "`username` and `password` stand at the same place"),
        ("[route.parameters]\nusername = { body = \"a\", query = \"b\" }", "`username` needs exactly one place"),
        ("[route.parameters]\nusername = { body = \"a b\" }", "\"a b\" is no name of a parameter"),
        ("[route.parameters]\nusername = { header = \"Cookie\" }", "\"Cookie\" cannot carry this"),
        ("[route.parameters]\nuser = { body = \"a\" }", "\"user\" is no value of `parameters`"),
        ("[route.parameters]\ngrant_type = { constant = \"implicit\" }", "\"implicit\" is no value of `grant_type`"),
        ("[[route]]\noperation = \"token\"\npath = \"/oauth\"", "/oauth has two routes for one method"),
        ("[[route]]\noperation = \"token\"\npath = \"/revoke\"", "/revoke is the standard's path for revocation"),
        ("[[route]]\noperation = \"userinfo\"\npath = \"/.well-known/me\"", "is no path for a route"),
        ("[[route]]\noperation = \"userinfo\"\npath = \"/a/../b\"", "is no path for a route"),
        ("[[route]]\noperation = \"userinfo\"\npath = \"/account/me\"", "is no path for a route"),
        ("[[route]]\noperation = \"userinfo\"\npath = \"/me\"\nanswer = []", "`answer` is not a key here"),
        ("[error]\nmembers = [\"status\"]\nmessages = { token_expired = \"old\" }", "no member shows these messages"),
        ("[error]\nmembers = [{ name = \"n\", from = \"code\" }]\ncodes = { invalid_mood = 1 }", "`invalid_mood` is no error"),
        ("[error]\nmembers = [\"trace\"]", "\"trace\" is no value of `from`"),
    ] {
        let fault = route(rest);
        assert!(fault.contains(wrong), "{rest}\n{fault}");
    }
}

#[test]
fn metadata_shows_the_route_that_general_clients_can_use() {
    let token = |name: &str| dialect(name).path_of(Endpoint::Token).to_owned();
    assert_eq!(
        ["standard", "volt", "volt-time", "voipex", "violet", "depotfinity"].map(token),
        ["/token", "/oauth", "/oauth/token", "/token", "/token", "/oauth2/token"]
    );
    assert_eq!(dialect("volt-time").path_of(Endpoint::Authorization), "/oauth/authorize");
    assert_eq!(dialect("volt").path_of(Endpoint::UserInfo), "/userinfo");
}

#[test]
fn only_violet_looks_a_person_up_for_its_answers() {
    for name in Dialect::BUILT_IN {
        assert_eq!(dialect(name).answers_with_user(), *name == "violet", "{name}");
    }
}

#[test]
fn a_dialect_can_be_had_as_text_to_copy() {
    assert!(Dialect::source("violet").unwrap().contains("X-Violet-App-Id"));
    assert!(Dialect::source("acme").is_none());
}

#[test]
fn the_reference_names_every_word_that_a_file_may_say() {
    let reference = include_str!("../../../../docs/dialects.md");
    let sources = Source::words().replace(", ", " ");
    let words =
        Relaxation::ALL.iter().map(|relaxation| relaxation.as_str()).chain(Parameter::ALL.iter().map(|parameter| parameter.as_str()));
    for word in words.chain(sources.split(' ')) {
        assert!(reference.contains(&format!("`{word}`")), "docs/dialects.md does not say {word}");
    }
    for grant in GrantType::ALL.map(GrantType::as_str) {
        assert!(reference.contains(&format!("`\"{grant}\"`")), "docs/dialects.md does not say {grant}");
    }
}

#[test]
fn what_a_dialect_may_put_elsewhere_has_a_word() {
    for endpoint in Endpoint::OPERATIONS.into_iter().filter(|endpoint| *endpoint != Endpoint::Metadata) {
        assert!(<Endpoint as Word>::WORDS.iter().any(|(_, own)| *own == endpoint), "{endpoint:?}");
    }
}

#[test]
fn the_references_fragments_fit_a_dialect() {
    let reference = include_str!("../../../../docs/dialects.md");
    let fragments: Vec<_> = reference.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [shortest, parameters, answer] = fragments[..] else { panic!("{} fragments", fragments.len()) };
    assert!(Dialect::parse(shortest).is_ok());
    let route = "[[route]]\noperation = \"token\"\npath = \"/oauth\"\n";
    assert_eq!(faults(&format!("{route}{answer}{parameters}")), [""; 0]);
}
