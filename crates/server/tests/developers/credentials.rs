//! Secrets: two at most, changed without an outage.

use jeton_oauth::change::AuditKind;
use jeton_store::AuditFilter;

use crate::{
    applications::with_shop,
    call::Answer,
    forms::{form_to, signed_in, text_of},
    registrations::row,
    setup::SECRET,
    world::{Engine, World, cases},
};

cases![
    a_secret_is_changed_without_an_outage,
    a_secret_that_is_in_use_goes_once_the_name_was_typed,
    of_two_secrets_that_go_at_once_the_last_asks_for_the_name,
    a_change_of_secrets_is_written_down,
];

const PATH: &str = "/acme/developers/applications/shop/credentials";

async fn asks(world: &World, secret: &str) -> Answer {
    world.post("/acme/token").basic("shop", secret).form(&[("grant_type", "client_credentials")]).send().await
}

async fn a_secret_is_changed_without_an_outage(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    assert_eq!(asks(&world, SECRET).await.status, 200);
    let page = ann.get(PATH).await.page();
    let form = form_to(&page, "/credentials/add");
    let (first, second) = tokio::join!(ann.submit(&form, &[]), ann.submit(&form, &[]));
    let (first, second) = (first.page(), second.page());
    let shown: Vec<&Answer> = [&first, &second].into_iter().filter(|page| page.text().contains("id=\"secret\"")).collect();
    assert_eq!(shown.len(), 1, "{} {}", first.status, second.status);
    let newer = text_of(shown[0], "secret");
    for secret in [SECRET, &newer] {
        assert_eq!(asks(&world, secret).await.status, 200, "both live");
    }
    let page = ann.get(PATH).await.page();
    assert!(page.text().contains("2 of 2 live") && page.text().contains(&newer[..10]) && !page.repeats(&newer), "{}", page.text());
    assert!(page.text().contains("disabled>"), "no third: {}", page.text());
    let third = ann.submit(&form, &[]).await.page();
    assert!(third.status.is_client_error(), "{}", third.status);
    // The older goes; its row stands last.
    let older = row(&world, "shop").await.unwrap().secrets.into_iter().min_by_key(|secret| secret.created_at).unwrap();
    let page = ann.get(&format!("{PATH}/{}/remove", older.id)).await.page();
    assert!(page.text().contains("It is in use"), "{}", page.text());
    let gone = ann.submit(&form_to(&page, "/remove"), &[("confirm", "The shop application")]).await.page();
    assert!(gone.text().contains("The secret is removed"), "{}", gone.text());
    assert_eq!((asks(&world, SECRET).await.status.as_u16(), asks(&world, &newer).await.status.as_u16()), (401, 200));
}

async fn a_secret_that_is_in_use_goes_once_the_name_was_typed(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let id = row(&world, "shop").await.unwrap().secrets[0].id;
    let path = format!("{PATH}/{id}/remove");
    let page = ann.get(&path).await.page();
    assert!(page.text().contains("only secret") && page.text().contains("Type <b>"), "{}", page.text());
    let form = form_to(&page, "/remove");
    assert_eq!(ann.submit(&form, &[("confirm", "shop")]).await.page().status, 422);
    assert_eq!(asks(&world, SECRET).await.status, 200);
    assert_eq!(ann.submit(&form, &[("confirm", " The shop application ")]).await.page().status, 200);
    assert_eq!(asks(&world, SECRET).await.status, 401);
    for nothing in [path.as_str(), "/acme/developers/applications/shop/credentials/x/remove"] {
        assert_eq!(ann.get(nothing).await.page().status, 404, "{nothing}");
    }
    world.advance(16 * 60);
    let page = ann.get(PATH).await.page();
    let asked = ann.submit(&form_to(&page, "/credentials/add"), &[]).await.page();
    assert!(asked.text().contains("current-password") && !asked.text().contains("id=\"secret\""), "a sign-in of long ago");
}

async fn of_two_secrets_that_go_at_once_the_last_asks_for_the_name(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get(PATH).await.page();
    assert_eq!(ann.submit(&form_to(&page, "/credentials/add"), &[]).await.page().status, 200);
    let secrets = row(&world, "shop").await.unwrap().secrets;
    let mut asked = Vec::new();
    for secret in &secrets {
        let page = ann.get(&format!("{PATH}/{}/remove", secret.id)).await.page();
        assert!(!page.text().contains("name=\"confirm\"") && page.text().contains("goes on working"), "{}", page.text());
        asked.push(form_to(&page, "/remove"));
    }
    let (first, second) = tokio::join!(ann.submit(&asked[0], &[]), ann.submit(&asked[1], &[]));
    let mut statuses = [first.page().status.as_u16(), second.page().status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    let stays = row(&world, "shop").await.unwrap().secrets;
    assert_eq!(stays.len(), 1);
    // Its page was asked for before it was the last.
    let at = secrets.iter().position(|secret| secret.id == stays[0].id).unwrap();
    assert_eq!(ann.submit(&asked[at], &[]).await.page().status, 422);
    assert_eq!(row(&world, "shop").await.unwrap().secrets.len(), 1);
}

async fn a_change_of_secrets_is_written_down(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get(PATH).await.page();
    let secret = text_of(&ann.submit(&form_to(&page, "/credentials/add"), &[]).await.page(), "secret");
    let rows = world.app.store.in_realm(world.realm("acme").await.id());
    let events = rows.audit_of(&AuditFilter::default(), None, 100).await.unwrap();
    let added = events.iter().find(|event| event.kind == AuditKind::ClientSecretAdded).unwrap();
    assert_eq!(added.actor.map(|kind| kind.as_str()), Some("developer"));
    assert!(!format!("{events:?}").contains(&secret));
}
