//! Pages as their readers meet them: forms that are filled in, and what a page shows.

use crate::{
    browser::{Browser, Form},
    call::Answer,
    setup::PASSWORD,
    world::World,
};

/// All forms of a page.
pub fn forms(page: &Answer) -> Vec<Form> {
    let html = page.text();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    html.split("<form ")
        .skip(1)
        .map(|rest| {
            let form = format!(" {}", rest.split("</form>").next().unwrap());
            let hidden = form.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\""));
            let fields = hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect();
            Form { action: attribute(&form, "action").unwrap(), fields }
        })
        .collect()
}

#[track_caller]
pub fn form_to(page: &Answer, end: &str) -> Form {
    let found = forms(page).into_iter().find(|form| form.action.ends_with(end));
    found.unwrap_or_else(|| panic!("no form to {end} in {}", page.text()))
}

pub async fn signed_in<'w>(world: &'w World, username: &'w str) -> Browser<'w> {
    let browser = Browser::of(world, username, PASSWORD);
    let page = browser.get("/acme/sign-in").await.page();
    let landed = browser.submit(&form_to(&page, "/sign-in"), &[("username", username), ("password", PASSWORD)]).await.page();
    assert_eq!(landed.status, 200, "{}", landed.text());
    browser
}

#[track_caller]
pub fn text_of(page: &Answer, id: &str) -> String {
    let html = page.text();
    let start = html.find(&format!("id=\"{id}\">")).unwrap_or_else(|| panic!("no {id} in {html}"));
    html[start..].split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Makes a token on the pages, as a person does.
pub async fn make_token(browser: &Browser<'_>, name: &str, scopes: &[&str]) -> String {
    let page = browser.get("/acme/account/tokens/new").await.page();
    let mut fields = vec![("name", name), ("expires_in", "30")];
    fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
    let made = browser.submit(&form_to(&page, "/account/tokens/new"), &fields).await.page();
    assert_eq!(made.status, 200, "{}", made.text());
    text_of(&made, "token")
}
