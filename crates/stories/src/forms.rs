//! Pages as their readers meet them: forms that are filled in, and what a page shows.

use crate::{
    browser::{Browser, Form},
    call::Answer,
    setup::PASSWORD,
    world::World,
};

/// All forms of a page, with what is hidden in them.
pub fn forms(page: &Answer) -> Vec<Form> {
    let form = |html: &str| {
        let hidden = html.split("<input").skip(1).filter(|input| input.contains("type=\"hidden\""));
        let fields = hidden.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect();
        Form { action: attribute(html, "action").unwrap(), fields }
    };
    inside(page).iter().map(|html| form(html)).collect()
}

/// A form with everything that browsers send of it, as it is shown.
#[track_caller]
pub fn whole_form(page: &Answer, end: &str) -> Form {
    let found = whole_forms(page).into_iter().find(|form| form.action.ends_with(end));
    found.unwrap_or_else(|| panic!("no form to {end} in {}", page.text()))
}

/// All forms that are posted, with everything that browsers send of them, as they are shown.
pub fn whole_forms(page: &Answer) -> Vec<Form> {
    let posted = |html: &&String| attribute(html, "method").is_some_and(|method| method == "post");
    inside(page).iter().filter(posted).map(|html| Form { action: attribute(html, "action").unwrap(), fields: controls(html) }).collect()
}

fn controls(html: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for (start, _) in html.match_indices('<') {
        let (tag, rest) = html[start..].split_once('>').unwrap();
        let Some(name) = attribute(tag, "name") else { continue };
        let kind = attribute(tag, "type").unwrap_or_default();
        let value = match tag.split_whitespace().next().unwrap() {
            "<input" if ["radio", "checkbox"].contains(&kind.as_str()) && !tag.ends_with(" checked") => continue,
            "<input" => attribute(tag, "value").unwrap_or_default(),
            "<textarea" => {
                let text = rest.split("</textarea>").next().unwrap();
                plain(text.strip_prefix('\n').unwrap_or(text)).replace('\n', "\r\n")
            }
            "<select" => {
                let options: Vec<&str> = rest.split("</select>").next().unwrap().split("<option").skip(1).collect();
                let chosen = options.iter().find(|option| option.split('>').next().unwrap().ends_with(" selected")).or(options.first());
                let (tag, words) = chosen.unwrap().split_once('>').unwrap();
                attribute(tag, "value").unwrap_or_else(|| plain(words.split('<').next().unwrap()))
            }
            _ => continue,
        };
        fields.push((name, value));
    }
    fields
}

fn inside(page: &Answer) -> Vec<String> {
    page.text().split("<form ").skip(1).map(|rest| format!(" {}", rest.split("</form>").next().unwrap())).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next().map(plain)
}

fn plain(html: &str) -> String {
    let signs = [("&#x2f;", "/"), ("&#x27;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    signs.iter().fold(html.to_owned(), |text, (written, sign)| text.replace(written, sign))
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
