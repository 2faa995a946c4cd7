//! What the table of endpoints states holds over HTTP, for each of them.

use http::Method;
use jeton_oauth::{
    Endpoint,
    endpoint::{Authentication, Base, Caching, Csrf, Face, Origins},
    model::ClientAuthMethod,
};

use crate::{
    call::{Answer, Call},
    setup::Setup,
    world::{Engine, World, cases},
};

cases![
    nobody_comes_in_who_did_not_prove_what_the_policy_wants,
    another_sites_page_changes_nothing,
    a_body_larger_than_the_policy_says_is_refused,
    only_public_documents_are_kept,
    other_origins_read_what_no_cookie_guards,
    a_refusal_wears_the_face_of_its_endpoint,
    an_address_where_nothing_stands_is_told_to_people_and_programs,
];

const FORM: &str = "application/x-www-form-urlencoded";

/// Where an endpoint stands in this world.
fn address(endpoint: Endpoint) -> String {
    let path = endpoint.path().replace("{id}", "0191b0a0-0000-7000-8000-000000000000").replace("{name}", "style.css");
    let path = path
        .replace("{realm}", "acme")
        .replace("{client_id}", "web")
        .replace("{sub}", "sub-ann")
        .replace("{link}", "x")
        .replace("{scope}", "read");
    match endpoint.policy().base {
        Base::Server => path,
        Base::Realm => format!("/acme{path}"),
        Base::Admin => format!("/admin{path}"),
    }
}

/// A request that its endpoint understands, and that proves nothing.
fn call(world: &World, endpoint: Endpoint, method: &Method) -> Call {
    let call = world.request(method.clone(), &address(endpoint));
    if *method == Method::GET { call } else { call.form(&[("token", "x")]) }
}

fn each() -> impl Iterator<Item = (Endpoint, &'static Method)> {
    Endpoint::ALL.iter().flat_map(|endpoint| endpoint.policy().methods.iter().map(|method| (*endpoint, method)))
}

#[track_caller]
fn assert_face(answer: &Answer, face: Face, what: &str) {
    let media_type = match face {
        Face::Page => "text/html; charset=utf-8",
        Face::Problem => "application/problem+json",
        Face::Dialect | Face::OAuth | Face::Resource => "application/json",
    };
    assert_eq!(answer.header("content-type"), Some(media_type), "{what}: {}", answer.text());
}

async fn nobody_comes_in_who_did_not_prove_what_the_policy_wants(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").client("spa", ClientAuthMethod::None, |_| {})]).await;
    for (endpoint, method) in each() {
        let answer = call(&world, endpoint, method).send().await;
        match endpoint.policy().authentication {
            Authentication::Client
            | Authentication::ConfidentialClient
            | Authentication::Bearer
            | Authentication::BearerOrSession
            | Authentication::Administrator => {
                assert_eq!(answer.status, 401, "{method} {endpoint:?}: {}", answer.text());
                assert!(answer.header("www-authenticate").is_some(), "{method} {endpoint:?}");
            }
            // Off, where the realm says nothing.
            Authentication::Registration | Authentication::RegisteredClient => assert_eq!(answer.status, 404, "{method} {endpoint:?}"),
            Authentication::Public | Authentication::Grant | Authentication::Browser => {
                assert!(answer.status != 401 && answer.status != 500, "{method} {endpoint:?}: {}", answer.text());
            }
        }
        // A public client proves nothing.
        if endpoint.policy().authentication == Authentication::ConfidentialClient {
            let answer = world.request(method.clone(), &address(endpoint)).form(&[("client_id", "spa"), ("token", "x")]).send().await;
            assert_eq!(answer.status, 401, "{method} {endpoint:?}: {}", answer.text());
        }
    }
}

async fn another_sites_page_changes_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    for (endpoint, method) in each().filter(|(_, method)| !method.is_safe()) {
        for (header, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")] {
            let answer = call(&world, endpoint, method).header(header, value).send().await;
            let refused = answer.status == 403;
            assert_eq!(refused, endpoint.policy().csrf == Csrf::SameOrigin, "{method} {endpoint:?} {value}: {}", answer.text());
        }
    }
}

async fn a_body_larger_than_the_policy_says_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    for (endpoint, method) in each().filter(|(endpoint, _)| endpoint.policy().base != Base::Server) {
        let body = "x".repeat(endpoint.policy().body_limit + 1);
        let answer = world.request(method.clone(), &address(endpoint)).body(FORM, body.as_bytes()).send().await;
        // Administrators hear first that nobody else is heard.
        let expected = if endpoint.policy().authentication == Authentication::Administrator { 401 } else { 413 };
        assert_eq!(answer.status, expected, "{method} {endpoint:?}");
        assert_face(&answer, endpoint.policy().face, endpoint.name());
    }
}

async fn only_public_documents_are_kept(engine: Engine) {
    let world = World::standard(engine).await;
    for (endpoint, method) in each() {
        let answer = call(&world, endpoint, method).send().await;
        let expected = match endpoint.policy().caching {
            _ if !answer.status.is_success() => "no-store",
            Caching::NoStore => "no-store",
            Caching::Checked => "no-cache",
            Caching::Public => "public, max-age=300",
            Caching::Forever => "public, max-age=31536000, immutable",
        };
        assert_eq!(answer.header("cache-control"), Some(expected), "{method} {endpoint:?}");
    }
}

async fn other_origins_read_what_no_cookie_guards(engine: Engine) {
    let world = World::standard(engine).await;
    for (endpoint, method) in each() {
        let open = endpoint.policy().origins == Origins::Any;
        let answer = call(&world, endpoint, method).header("origin", "https://app.example").send().await;
        assert_eq!(answer.header("access-control-allow-origin"), open.then_some("*"), "{method} {endpoint:?}");
        let asked = world.request(Method::OPTIONS, &address(endpoint)).header("origin", "https://app.example").send().await;
        assert_eq!(asked.status.as_u16(), if open { 204 } else { 405 }, "{endpoint:?}");
    }
}

async fn a_refusal_wears_the_face_of_its_endpoint(engine: Engine) {
    let world = World::standard(engine).await;
    for endpoint in Endpoint::ALL {
        let method = Method::from_bytes(b"MADEUP").unwrap();
        let by_program = world.request(method.clone(), &address(*endpoint)).send().await;
        assert_eq!(by_program.status, 405, "{endpoint:?}");
        let face = match endpoint.policy().face {
            Face::Page if *endpoint == Endpoint::AdminApiViewer => Face::Problem,
            Face::Page => Face::OAuth,
            face => face,
        };
        assert_face(&by_program, face, endpoint.name());
        let by_browser = world.request(method, &address(*endpoint)).header("accept", "text/html").send().await;
        assert_face(&by_browser, endpoint.policy().face, endpoint.name());
    }
}

async fn an_address_where_nothing_stands_is_told_to_people_and_programs(engine: Engine) {
    let world = World::standard(engine).await;
    let program = world.get("/acme/nothing").send().await;
    program.refused(404, "not_found");
    let person = world.get("/acme/nothing").header("accept", "text/html,application/xhtml+xml,*/*;q=0.8").send().await;
    assert_eq!(person.status, 404);
    assert_face(&person, Face::Page, "a person");
    let administrator = world.get("/admin/api/v1/nothing").send().await;
    assert_eq!(administrator.status, 404);
    assert_face(&administrator, Face::Problem, "the admin API");
    let problem = administrator.json();
    assert_eq!((problem["status"].as_u64(), problem["title"].as_str()), (Some(404), Some("Not Found")), "{problem}");
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
}
