//! What files cannot say: refused with its place, and nothing is written.

use jeton_oauth::{Change, change::RealmChange};
use jeton_provision::*;

use crate::{Desk, WHOLE};

#[tokio::test]
async fn two_realms_cannot_share_an_issuer() {
    let desk = Desk::new();
    let realm = |name: &str, issuer: &str| format!("[realm]\nname = \"{name}\"\nissuer = \"{issuer}\"");
    let faults = desk
        .apply(&[&realm("one", "http://localhost:8080/x"), &realm("two", "https://127.0.0.1:8080/x")], Options::default())
        .await
        .unwrap_err();
    assert_eq!((faults[0].file.as_str(), faults[0].line), ("b.toml", 3));
    desk.applied(&realm("one", "https://auth.example.com/x")).await;
    let faults = desk.apply(&[&realm("two", "https://auth.example.com/x")], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("the realm \"one\" has the issuer"), "{}", faults[0]);
    for nested in ["https://auth.example.com/x/oauth", "https://auth.example.com"] {
        let faults = desk.apply(&[&realm("two", nested)], Options::default()).await.unwrap_err();
        assert!(faults[0].message.contains("that of the realm \"one\""), "{}", faults[0]);
    }
    desk.store.commit(vec![Change::Realm(RealmChange::ServeAt { public_url: "https://id.example".to_owned() })]).await.unwrap();
    desk.applied("[realm]\nname = \"plain\"").await;
    let faults = desk.apply(&[&realm("two", "https://id.example/plain")], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("the realm \"plain\" has the issuer"), "{}", faults[0]);
}

/// What is added to a fine realm, the line and column of the fault, and words of its message and help.
const BROKEN: &[(&str, (usize, usize), &str, &str)] = &[
    ("[realm", (1, 7), "this is not TOML", ""),
    ("[settings]", (1, 1), "does not say which realm", "[realm]"),
    ("[realm]\nname = \"Acme!\"", (2, 8), "cannot be a realm's name", "a-z"),
    ("[realm]\nname = \"\"", (2, 8), "cannot be a realm's name", "a-z"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"\"", (4, 12), "cannot be a user name", "1 to 255"),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"\"", (4, 6), "cannot be a client's id", "printable"),
    ("[realm]\nname = \"health\"", (2, 8), "path of the server itself", "another name"),
    ("[realm]\nname = \"acme\"\ncolour = \"red\"", (3, 1), "`colour` is no key of [realm]", "write one of"),
    ("[realm]\nname = \"acme\"\ntitel = \"A\"", (3, 1), "`titel` is no key of [realm]", "did you mean `title`?"),
    ("[realm]\nname = \"acme\"\n[[clients]]\nid = \"x\"", (3, 3), "`clients` is no key of a realm file", "did you mean `client`?"),
    ("[realm]\nname = \"acme\"\n[client]\nid = \"x\"", (3, 1), "`client` is a table", "[[client]], with two brackets"),
    ("[realm]\nname = \"acme\"\ndialect = \"vlot\"", (3, 11), "no dialect \"vlot\"", "did you mean `volt`?"),
    ("[realm]\nname = \"acme\"\nissuer = \"http://auth.example.com\"", (3, 10), "cannot be an issuer", "https"),
    ("[realm]\nname = \"acme\"\nissuer = \"https://auth.example.com/x/\"", (3, 10), "cannot be an issuer", "https://auth.example.com/x"),
    (
        "[realm]\nname = \"acme\"\nissuer = \"https://auth.example.com/metrics\"",
        (3, 10),
        "cannot be an issuer",
        "/metrics belongs to the server",
    ),
    ("[realm]\nname = \"acme\"\n[settings]\naccess_token_lifetime = \"1h\"", (4, 25), "`access_token_lifetime` is a text", "whole seconds"),
    (
        "[realm]\nname = \"acme\"\n[settings]\naccess_token_lifetme = 60",
        (4, 1),
        "`access_token_lifetme` is no setting",
        "did you mean `access_token_lifetime`?",
    ),
    ("[realm]\nname = \"acme\"\n[settings]\naccess_token_alg = \"HS256\"", (4, 1), "`access_token_alg` cannot be so", "asymmetric"),
    (
        "[realm]\nname = \"acme\"\n[settings]\nrefresh_token_grace = 10\nrefresh_token_rotation = false",
        (4, 1),
        "`refresh_token_grace` cannot be so",
        "leave it out",
    ),
    (
        "[realm]\nname = \"acme\"\n[settings]\nrefresh_token_grace = 10",
        (4, 1),
        "`refresh_token_grace` loosens the standard",
        "relaxes = [\"refresh_token_grace\"]",
    ),
    (
        "[realm]\nname = \"acme\"\nrelaxes = [\"refresh_token_grce\"]\n[settings]\nrefresh_token_grace = 10",
        (3, 12),
        "`relaxes` cannot be \"refresh_token_grce\"",
        "did you mean",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nclient_id = \"x\"\ngrant_types = [\"password\"]\nclient_secrets = [{ env = \"STRONG_SECRET\", expires_at = 2020-01-01T00:00:00Z }]",
        (6, 19),
        "has ended already",
        "still to come",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\ngrant_types = [\"password\"]",
        (6, 1),
        "one and the same",
        "keep one",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorization_code\"]\nredirect_uris = [\"https://app.example/cb\", \"https://*.app.example/cb\"]",
        (6, 44),
        "cannot be a redirect URI",
        "a * stands for nothing else",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\npassword = { env = \"SHORT\" }", (5, 1), "cannot be a password", "too short"),
    ("[realm]\nname = \"acme\"\n[[scope]]\nname = \"two words\"", (4, 8), "cannot be a scope", "without spaces"),
    ("[realm]\nname = \"acme\"\n[[scope]]\nname = \"a\"\n[[scope]]\nname = \"a\"", (6, 8), "defined twice", "keep one"),
    ("[realm]\nname = \"acme\"\n[[client]]\nname = \"x\"", (3, 1), "this client has no id", "id ="),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"client_credentials\"]\nauth = \"none\"",
        (5, 10),
        "public client has no credentials",
        "client_secret_basic",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nauth = \"none\"\nsecrets = [{ env = \"WEB_SECRET\" }]",
        (7, 11),
        "keeps no secret",
        "remove `secrets`",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ value = \"hush\" }]",
        (6, 14),
        "does not stand in a realm file",
        "env",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ env = \"MISSING\" }]",
        (6, 12),
        "the environment has no MISSING",
        "MISSING=",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ file = \"missing\" }]",
        (6, 12),
        "realms/missing cannot be read",
        "realm file's folder",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ hash = \"$9$what\" }]",
        (6, 12),
        "this hash cannot be used",
        "$argon2id$",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nsecrets = [{ env = \"ANN\", file = \"secret\" }]",
        (6, 12),
        "two sources",
        "keep one",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorisation_code\"]",
        (5, 11),
        "`grants` cannot be \"authorisation_code\"",
        "did you mean `authorization_code`?",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorization_code\"]",
        (5, 10),
        "somewhere to return to",
        "redirect_uris",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nredirect_uris = [\"https://app.example/cb\"]",
        (6, 17),
        "nothing returns",
        "authorization_code",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"authorization_code\"]\nredirect_uris = [\"javascript:alert(1)\"]",
        (6, 18),
        "cannot be a redirect URI",
        "runs code",
    ),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"refresh_token\"]", (5, 10), "nothing to refresh", "authorization_code"),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"", (4, 6), "may use no grant", "grant_types ="),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nauth = \"header\"",
        (6, 8),
        "no headers",
        "client_secret_basic",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nscopes = [\"read\"]",
        (6, 11),
        "no scope \"read\"",
        "[[scope]]",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nscopes = [\"email\"]\ndefault_scopes = [\"openid\"]",
        (7, 18),
        "`default_scopes` has openid",
        "add it",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nid_token_signed_response_alg = \"HS256\"",
        (6, 32),
        "not signed with a client's secret",
        "RS256",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\naudiences = [\"api\"]",
        (6, 14),
        "cannot be an audience",
        "absolute URI",
    ),
    ("[realm]\nname = \"acme\"\n[[client]]\nid = \"x y\"\ngrants = [\"password\"]", (4, 6), "cannot be a client's id", "without spaces"),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\n[[client]]\nid = \"x\"\ngrants = [\"password\"]",
        (7, 6),
        "stands here twice",
        "keep one",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrnts = [\"password\"]",
        (5, 1),
        "`grnts` is no key of [[client]]",
        "did you mean `grants`?",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\naccess_token_lifetime = 100000",
        (6, 25),
        "longer than `client_lifetime_limit`, which is 86400",
        "raise that setting",
    ),
    (
        "[realm]\nname = \"acme\"\n[settings]\nclient_lifetime_limit = 10\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\naccess_token_lifetime = 0",
        (8, 25),
        "`access_token_lifetime` cannot be so",
        "1 to 31536000",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nauthorization_lifetime = 60",
        (6, 26),
        "`authorization_lifetime` is shorter than `refresh_token_lifetime`",
        "at least as long",
    ),
    (
        "[realm]\nname = \"acme\"\n[settings]\nrefresh_token_rotation = false\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nrefresh_token_grace = 5\nrelaxes = [\"refresh_token_grace\"]",
        (8, 23),
        "`refresh_token_grace` and the realm's `refresh_token_rotation` = false cannot both be",
        "leave it out",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nrequire_pkce = false",
        (6, 16),
        "`require_pkce` loosens the standard, and `relaxes` does not say so",
        "relaxes = [\"confidential_clients_without_pkce\"]",
    ),
    (
        "[realm]\nname = \"acme\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]\nowner = \"nobody\"",
        (6, 9),
        "there is no \"nobody\"",
        "[[user]]",
    ),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\npassword = \"hush\"",
        (5, 1),
        "a password does not stand in a realm file",
        "env",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\n[[user]]\nusername = \"ANN\"", (6, 12), "\"ANN\" is taken", "keep one"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nsub = \"é\"", (5, 7), "cannot be a `sub`", "ASCII"),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nsub = \"x\"\n[[client]]\nid = \"x\"\ngrants = [\"password\"]",
        (5, 7),
        "a client named \"x\" has this `sub` already",
        "another",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nemail = \"ann\"", (5, 9), "cannot be an e-mail address", "ann@example.com"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nemail_verified = true", (5, 18), "no address", "`email` too"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nowner = \"bob\"", (5, 1), "a person has no owner", "[[api_user]]"),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nprofile = { givn_name = \"A\" }",
        (5, 13),
        "`givn_name` is no standard claim",
        "did you mean `given_name`?",
    ),
    (
        "[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nprofile = { address = { town = \"B\" } }",
        (5, 25),
        "`town` is no part of an address",
        "locality",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nroles = [{ nam = \"r\" }]", (5, 10), "`roles` lacks `name`", "`name` too"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nnumber = 0", (5, 10), "`number` cannot be 0", "from 1"),
    (
        "[realm]\nname = \"acme\"\n[[api_user]]\nusername = \"robot\"\nowner = \"robot\"",
        (5, 9),
        "an API user, which owns nothing",
        "person",
    ),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\nstatus = \"off\"", (5, 10), "`status` cannot be \"off\"", "active, disabled"),
    ("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\ncreated_at = 2020-01-01", (5, 14), "a date or time", "offset"),
];

#[tokio::test]
async fn broken_files_are_refused_with_their_line_and_change_nothing() {
    let desk = Desk::new();
    for (text, place, message, help) in BROKEN {
        let faults = desk.apply(&[text], Options::default()).await.err().unwrap_or_else(|| panic!("was not refused:\n{text}"));
        let fault = faults.iter().find(|fault| fault.message.contains(message)).unwrap_or_else(|| {
            panic!("{message:?} is not among:\n{}\n", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        });
        assert_eq!((fault.line, fault.column), *place, "{fault}");
        assert!(fault.help.contains(help), "{fault}");
        assert_eq!(desk.store.realms().await.unwrap(), [], "{text}");
    }
}

#[tokio::test]
async fn what_was_accepted_before_is_not_judged_again() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    let prune = Prune { scopes: true, ..Prune::default() };
    let without_scopes = "[realm]\nname = \"acme\"\n[[client]]\nid = \"web\"\nname = \"Renamed\"";
    desk.apply(&[without_scopes], Options { prune, ..Options::default() }).await.unwrap();
    assert_eq!(desk.client("web").await.unwrap().title(), "Renamed");
    let faults = desk.apply(&[&format!("{without_scopes}\nscopes = [\"read\"]")], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("no scope \"read\""), "{}", faults[0]);
}

#[tokio::test]
async fn every_fault_of_every_file_is_told_at_once() {
    let desk = Desk::new();
    let broken =
        "[realm]\nname = \"acme\"\ndialect = \"x\"\n[[client]]\nid = \"x\"\ngrants = [\"nope\"]\n[[user]]\nusername = \"u\"\nage = 3";
    let faults = desk.apply(&[broken, broken.replace("acme", "other").as_str()], Options::default()).await.unwrap_err();
    assert_eq!(
        faults.iter().map(|fault| (fault.file.as_str(), fault.line)).collect::<Vec<_>>(),
        [("a.toml", 3), ("a.toml", 6), ("a.toml", 9), ("b.toml", 3), ("b.toml", 6), ("b.toml", 9)]
    );
}

#[tokio::test]
async fn what_never_changes_is_refused() {
    let desk = Desk::new();
    desk.applied(WHOLE).await;
    for (line, message) in [("sub = \"other\"", "keeps it"), ("number = 5", "keeps it")] {
        let faults = desk
            .apply(&[&format!("[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann\"\n{line}")], Options::default())
            .await
            .unwrap_err();
        assert!(faults[0].message.contains(message), "{}", faults[0]);
    }
    let faults = desk.apply(&["[realm]\nname = \"acme\"\n[[api_user]]\nusername = \"ann\""], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("is a person already"), "{}", faults[0]);
    let faults = desk.apply(&["[realm]\nname = \"acme\"\n[[user]]\nusername = \"ann@example.com\""], Options::default()).await.unwrap_err();
    assert!(faults[0].message.contains("is taken: \"ann\" signs in with it"), "{}", faults[0]);
}
