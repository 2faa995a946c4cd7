//! What is no realm's: administrators, dialects, letters.

use http::Method;
use jeton_oauth::{
    Change, MailId,
    change::MailChange,
    manage::AdministratorRole::{Auditor, Owner, Support},
    model::Mail,
};
use jeton_server::randomness::SystemRng;
use jeton_stories::admins::Admin;
use serde_json::json;

use crate::{
    call::Answer,
    desks::{administrator, newcomer, owner, with_an_app},
    forms::{text_of, whole_form},
    setup::Setup,
    world::{Engine, World, cases},
    writing::send,
};

cases![
    a_link_makes_an_administrator_whose_role_changes,
    all_realms_are_given_to_whoever_they_were_chosen_for,
    of_two_forms_about_one_administrator_the_second_is_told,
    a_dialect_is_checked_and_written,
    a_dialect_that_others_changed_is_shown_beside_the_typed_one,
    letters_are_listed_and_sent_again,
];

/// The `sub` in the row of somebody.
fn row_of(page: &Answer, email: &str) -> String {
    let html = page.text();
    let row = html.split("<tr>").find(|row| row.contains(email) && row.contains("/administrators/")).unwrap();
    row.split("/administrators/").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn a_link_makes_an_administrator_whose_role_changes(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    let page = owner.get("/admin/administrators").await.page();
    assert!(page.text().contains("odile@example.com"), "{}", page.text());
    let made =
        send(&owner, "/new-administrator", "/new-administrator", &[("email", "sam@example.com"), ("role", "support"), ("realms", "acme")])
            .await;
    let link = text_of(&made, "link");
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap_or_else(|| panic!("{link}"));
    assert!(owner.get("/admin/administrators").await.page().text().contains("sam@example.com"));
    let (sam, _) = newcomer(&world, path, "sam@example.com").await;
    with_an_app(&world, &sam).await;
    assert_eq!(world.get(path).send().await.status, 404, "it works once");
    assert_eq!(sam.get("/admin/realms/acme/people").await.page().status, 200);
    for page in ["/admin/administrators", "/admin/new-administrator", "/admin/dialects"] {
        assert_eq!(sam.get(page).await.page().status, 403, "{page}");
    }
    let sub = row_of(&owner.get("/admin/administrators").await.page(), "sam@example.com");
    let here = format!("/administrators/{sub}");
    assert_eq!(sam.one(Method::POST, &format!("/admin{here}"), Some(&[("role", "owner")])).await.status, 403);
    let everything = whole_form(&owner.get(&format!("/admin{here}")).await.page(), &here).with("role", "auditor").with("reach", "all");
    owner.submit(&everything, &[]).await.page();
    assert_eq!(sam.get("/admin/administrators").await.page().status, 200, "an auditor of everything sees who else there is");
    let odd = send(&owner, &here, &here, &[("role", "auditor"), ("realms", "nowhere")]).await;
    assert_eq!(odd.status, 422, "{}", odd.text());
    send(&owner, &format!("{here}/disable"), "/disable", &[]).await;
    assert!(sam.get("/admin").await.page().text().contains("current-password"), "signed out at once");
    // The last owner stays.
    let own = row_of(&owner.get("/admin/administrators").await.page(), "odile@example.com");
    let form = whole_form(&owner.get(&format!("/admin/administrators/{own}")).await.page(), &own);
    let stays = owner.submit(&form.with("role", "auditor"), &[]).await.page();
    assert!(stays.status.as_u16() >= 400 && stays.text().contains("last owner"), "{}", stays.text());
    // An invitation is taken back.
    let made =
        send(&owner, "/new-administrator", "/new-administrator", &[("email", "omar@example.com"), ("role", "owner"), ("reach", "all")])
            .await;
    let link = text_of(&made, "link");
    let list = owner.get("/admin/administrators").await.page().text();
    let id = list.split("/invitations/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    send(&owner, &format!("/invitations/{id}/withdraw"), "/withdraw", &[]).await;
    assert_eq!(world.get(link.strip_prefix("http://127.0.0.1:8080").unwrap()).send().await.status, 404);
}

/// A field that is empty, or whose realm is gone, is not all of them.
async fn all_realms_are_given_to_whoever_they_were_chosen_for(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let form = whole_form(&owner.get("/admin/new-administrator").await.page(), "/new-administrator").with("email", "sam@example.com");
    let refused = owner.submit(&form, &[]).await.page();
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(refused.text().contains("value=\"sam@example.com\""), "what was typed stays: {}", refused.text());
    let invited = async || admin.get("/administrator-invitations").await.json()["items"].clone();
    assert_eq!(invited().await, json!([]), "nobody is invited");
    let all = owner.submit(&whole_form(&refused, "/new-administrator").with("reach", "all"), &[]).await.page();
    assert!(text_of(&all, "link").contains("/admin/"));
    assert_eq!(invited().await[0]["realms"], json!(null));

    administrator(&world, "elsewhere@example.com", Support, &["other"]).await;
    send(&owner, "/realms/other/settings/delete", "/delete", &[("typed", "other")]).await;
    let sub = row_of(&owner.get("/admin/administrators").await.page(), "elsewhere@example.com");
    let page = owner.get(&format!("/admin/administrators/{sub}")).await.page();
    let refused = owner.submit(&whole_form(&page, &sub).with("role", "auditor"), &[]).await.page();
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(admin.get(&format!("/administrators/{sub}")).await.json()["realms"], json!([]), "their realm went, and they get no other");
    let saved = owner.submit(&whole_form(&refused, &sub).with("realms", "acme"), &[]).await.page();
    assert_eq!(saved.status, 200, "{}", saved.text());
    let now = admin.get(&format!("/administrators/{sub}")).await.json();
    assert_eq!((now["realms"].clone(), now["role"].clone()), (json!(["acme"]), json!("auditor")));
}

async fn of_two_forms_about_one_administrator_the_second_is_told(engine: Engine) {
    let world = World::standard(engine).await;
    let (first, second) = (owner(&world).await, administrator(&world, "olga@example.com", Owner, &[]).await);
    administrator(&world, "bob@example.com", Auditor, &[]).await;
    let sub = row_of(&first.get("/admin/administrators").await.page(), "bob@example.com");
    let here = format!("/admin/administrators/{sub}");
    let of_first = whole_form(&first.get(&here).await.page(), &sub).with("role", "support");
    let of_second = whole_form(&second.get(&here).await.page(), &sub).with("reach", "named").with("realms", "acme");
    assert_eq!(first.submit(&of_first, &[]).await.page().status, 200);
    let stale = second.submit(&of_second, &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("<td><bdi>auditor</bdi></td><td><b><bdi>support</bdi></b></td>"), "{}", stale.text());
    let admin = Admin::owner(&world).await;
    let now = async || admin.get(&format!("/administrators/{sub}")).await.json();
    assert_eq!((now().await["role"].clone(), now().await["realms"].clone()), (json!("support"), json!(null)));
    // The page that came back holds what the first chose, and what the second did.
    assert_eq!(second.submit(&whole_form(&stale, &sub), &[]).await.page().status, 200);
    assert_eq!((now().await["role"].clone(), now().await["realms"].clone()), (json!("support"), json!(["acme"])));
}

async fn a_dialect_is_checked_and_written(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    let list = owner.get("/admin/dialects").await.page();
    assert!(list.text().contains("refresh_without_client_authentication"), "{}", list.text());
    let volt = owner.get("/admin/dialects/volt").await.page();
    assert!(volt.text().contains("Settings that it brings") && !volt.text().contains("<textarea"), "built in: {}", volt.text());
    let toml = jeton_oauth::dialect::Dialect::source("standard").unwrap().replacen("\"standard\"", "\"mine\"", 1);
    let checked = send(&owner, "/new-dialect", "/new-dialect", &[("toml", &toml), ("do", "check")]).await;
    assert!(checked.text().contains("Nothing is wrong with it."), "{}", checked.text());
    assert_eq!(owner.get("/admin/dialects/mine").await.page().status, 404, "nothing was written");
    let broken = send(&owner, "/new-dialect", "/new-dialect", &[("toml", "name = 1"), ("do", "save")]).await;
    assert!(broken.text().contains("Line 1"), "{}", broken.text());
    let saved = send(&owner, "/new-dialect", "/new-dialect", &[("toml", &toml), ("do", "save")]).await;
    assert!(saved.text().contains("It is saved.") && saved.text().contains("<textarea"), "{}", saved.text());
}

async fn a_dialect_that_others_changed_is_shown_beside_the_typed_one(engine: Engine) {
    let world = World::standard(engine).await;
    let (owner, admin) = (owner(&world).await, Admin::owner(&world).await);
    let of = |title: &str| {
        let standard = jeton_oauth::dialect::Dialect::source("standard").unwrap().replacen("\"standard\"", "\"mine\"", 1);
        format!("{standard}\n# {title}\n")
    };
    let write = async |title: &str| {
        let put = admin.call(Method::PUT, "/dialects/mine").json(&json!({ "toml": of(title) })).send().await;
        assert!(put.status.is_success(), "{}", put.text());
    };
    let stored = async || admin.get("/dialects/mine").await.json()["toml"].as_str().unwrap().to_owned();
    write("the first").await;
    let seen = whole_form(&owner.get("/admin/dialects/mine").await.page(), "/dialects/mine");
    write("of somebody else").await;
    let stale = owner.submit(&seen.with("toml", &of("of mine")).with("do", "save"), &[]).await.page();
    assert_eq!(stale.status, 409, "{}", stale.text());
    assert!(stale.text().contains("# of somebody else") && stale.text().contains("# of mine"), "both are shown: {}", stale.text());
    assert!(stored().await.contains("# of somebody else"), "nothing is lost");
    // Whoever saves again has seen both.
    let saved = owner.submit(&whole_form(&stale, "/dialects/mine").with("do", "save"), &[]).await.page();
    assert!(saved.text().contains("It is saved.") && stored().await.contains("# of mine"), "{}", saved.text());
    // A new one takes no other's place.
    let taken = send(&owner, "/new-dialect", "/new-dialect", &[("toml", &of("new")), ("do", "save")]).await;
    assert_eq!(taken.status, 409, "{}", taken.text());
    assert!(stored().await.contains("# of mine"));
    assert_eq!(send(&owner, "/dialects/mine/delete", "/delete", &[("typed", "another")]).await.status, 422);
    let gone = send(&owner, "/dialects/mine/delete", "/delete", &[("typed", "mine")]).await;
    assert!(gone.text().contains("mine is deleted."), "{}", gone.text());
    assert_eq!(admin.get("/dialects/mine").await.status, 404);
}

async fn letters_are_listed_and_sent_again(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = owner(&world).await;
    let page = owner.get("/admin/mail").await.page();
    assert!(page.text().contains("No letter waits."), "{}", page.text());
    let at = world.clock.now();
    let waits = Mail {
        id: MailId::new(at, &mut SystemRng),
        realm: world.realm("acme").await.id(),
        sealed: vec![0; 40],
        created_at: at,
        attempts: 3,
        next_at: at + jeton_oauth::Seconds(60),
        given_up_at: None,
        fault: Some("451 try later".to_owned()),
    };
    let lost =
        Mail { id: MailId::new(at, &mut SystemRng), attempts: 9, given_up_at: Some(at), fault: Some("550 no".to_owned()), ..waits.clone() };
    world.commit_all([&waits, &lost].map(|mail| Change::Mail(MailChange::Post(mail.clone()))).to_vec()).await;
    let all = owner.get("/admin/mail").await.page().text();
    assert!(all.contains("451 try later") && all.contains("550 no") && all.contains("<bdi>acme</bdi>"), "{all}");
    let waiting = owner.get("/admin/mail?given_up=false").await.page().text();
    assert!(waiting.contains("451 try later") && !waiting.contains("550 no"), "{waiting}");
    let given_up = owner.get("/admin/mail?given_up=true").await.page().text();
    assert!(!given_up.contains("451 try later") && given_up.contains(&format!("/mail/{}/try-again", lost.id)), "{given_up}");
    let done = send(&owner, &format!("/mail/{}/try-again", lost.id), "/try-again", &[]).await;
    assert!(done.text().contains("The letter is sent again."), "{}", done.text());
    let again = world.app.store.mail(lost.id).await.unwrap().unwrap();
    assert_eq!((again.attempts, again.given_up_at), (0, None));
    // Who reaches one realm sees no letters; who only looks sends none.
    let some = administrator(&world, "some@example.com", Support, &["acme"]).await;
    assert_eq!(some.get("/admin/mail").await.page().status, 403);
    let auditor = administrator(&world, "auditor@example.com", Auditor, &[]).await;
    assert_eq!(auditor.get("/admin/mail").await.page().status, 200);
    assert_eq!(auditor.get(&format!("/admin/mail/{}/try-again", waits.id)).await.page().status, 403);
}
