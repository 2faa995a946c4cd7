//! A desk: the bar with its areas and the profile menu, and the list of places at the side.

use jeton_oauth::model::{Realm, User};
use serde::Serialize;

use super::account::MENU;
use crate::page_parts::texts::{Language, Texts, text};

/// What stands around the pages of one audience.
pub struct Desk {
    /// The audience's name: the heading of the menu on phones.
    pub area: &'static str,
    pub areas: Vec<Place>,
    pub places: Vec<Group>,
    /// Links of the profile menu, above "Sign out".
    pub menu: Vec<Place>,
    /// Experts' tables take the whole width.
    pub dense: bool,
    pub name: String,
    /// Below the name, such as the e-mail address.
    pub detail: String,
    /// Where the realm's name in the bar leads.
    pub home: &'static str,
    /// What is worked on, where that is chosen among the places.
    pub choice: Option<Choice>,
}

/// The thing that is worked on, its places, and what else could be chosen.
pub struct Choice {
    pub heading: &'static str,
    /// Where its places stand, below the issuer.
    pub below: String,
    pub name: String,
    pub places: Vec<Place>,
    /// Others, by address and name.
    pub others: Vec<(String, String)>,
    pub all: Place,
}

/// The areas of a realm that a person may enter; none where there is but their account.
pub fn areas(user: &User, realm: &Realm) -> Vec<Place> {
    let others = [(DEVELOPERS, user.is_developer(&realm.settings)), (ADMINISTRATION, realm.holds_administrators())];
    let others: Vec<Place> = others.into_iter().filter(|(_, may)| *may).map(|(place, _)| place).collect();
    match others.is_empty() {
        true => Vec::new(),
        false => [Place { path: "/account", text: "account", icon: "user" }].into_iter().chain(others).collect(),
    }
}

/// What the profile menu leads to, from every area.
pub fn menu(user: &User, realm: &Realm) -> Vec<Place> {
    let mut places = MENU.to_vec();
    places.extend(Some(DEVELOPERS).filter(|_| user.is_developer(&realm.settings)));
    places
}

/// The console of the administrators stands at their realm's issuer itself.
const ADMINISTRATION: Place = Place { path: "/", text: "admin-area", icon: "crown" };
const DEVELOPERS: Place = Place { path: "/developers", text: "developers", icon: "code" };

/// Places that belong together.
pub struct Group {
    pub heading: &'static str,
    pub places: &'static [Place],
}

/// A link to a page: below the issuer, with the id of its text, and its icon.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub path: &'static str,
    pub text: &'static str,
    pub icon: &'static str,
}

impl Desk {
    /// A person's own desk.
    pub fn of(user: &User, area: &'static str, areas: Vec<Place>, places: Vec<Group>, menu: Vec<Place>) -> Self {
        let detail = user.address_or_name().to_owned();
        Self { area, areas, places, menu, dense: false, name: user.display_name(), detail, home: "/account", choice: None }
    }

    pub(super) fn shown(&self, texts: &Texts, language: Language, here: &str) -> Shown {
        let say = |id| texts.say(language, &text(id));
        let path = here.split('?').next().unwrap_or_default();
        let link = |place: &Place, current: bool| Link { path: place.path.to_owned(), text: say(place.text), icon: place.icon, current };
        let chosen = self.choice.as_ref().map(|choice| choice.shown(say, path));
        let inner = chosen.as_ref().and_then(|chosen| chosen.links.iter().find(|link| link.current)).map(|link| link.text.clone());
        let current = self.places.iter().flat_map(|group| group.places).filter(|place| inner.is_none() && is_at(path, place.path));
        let current = current.max_by_key(|place| place.path.len());
        Shown {
            area: say(self.area),
            areas: self.areas.iter().map(|place| link(place, is_at(path, place.path) || place.text == self.area)).collect(),
            places: self
                .places
                .iter()
                .map(|group| Links {
                    heading: say(group.heading),
                    links: group
                        .places
                        .iter()
                        .map(|place| link(place, current.is_some_and(|current| current.path == place.path)))
                        .collect(),
                })
                .collect(),
            here: inner.or_else(|| current.map(|place| say(place.text))),
            home: self.home,
            choice: chosen,
            menu: self.menu.iter().map(|place| link(place, false)).collect(),
            dense: self.dense,
            initials: initials(&self.name),
            name: self.name.clone(),
            detail: self.detail.clone(),
        }
    }
}

impl Choice {
    fn shown(&self, say: impl Fn(&'static str) -> String, here: &str) -> Chosen {
        let link = |place: &Place| {
            let path = format!("{}{}", self.below, place.path);
            Link { current: is_at(here, &path), path, text: say(place.text), icon: place.icon }
        };
        let other = |(path, name): &(String, String)| Other { path: path.clone(), name: name.clone(), current: *path == self.below };
        Chosen {
            heading: say(self.heading),
            name: self.name.clone(),
            initials: initials(&self.name),
            links: self.places.iter().map(link).collect(),
            others: self.others.iter().map(other).collect(),
            all: Link { path: self.all.path.to_owned(), text: say(self.all.text), icon: self.all.icon, current: false },
        }
    }
}

fn is_at(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Two letters that stand for a name.
pub fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("?");
    let letters: String = match words.next_back() {
        Some(last) => first.chars().take(1).chain(last.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    };
    letters.to_uppercase()
}

#[derive(Serialize)]
pub(super) struct Shown {
    area: String,
    areas: Vec<Link>,
    places: Vec<Links>,
    here: Option<String>,
    menu: Vec<Link>,
    dense: bool,
    name: String,
    detail: String,
    initials: String,
    home: &'static str,
    choice: Option<Chosen>,
}

#[derive(Serialize)]
struct Chosen {
    heading: String,
    name: String,
    initials: String,
    links: Vec<Link>,
    others: Vec<Other>,
    all: Link,
}

#[derive(Serialize)]
struct Other {
    path: String,
    name: String,
    current: bool,
}

#[derive(Serialize)]
struct Links {
    heading: String,
    links: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    path: String,
    text: String,
    icon: &'static str,
    current: bool,
}

#[cfg(test)]
mod tests {
    use super::{initials, is_at};

    #[test]
    fn two_letters_stand_for_a_name() {
        for (name, letters) in [("Tess Tijd", "TT"), ("ann", "AN"), ("tess@volttime.example", "TE"), ("", "?"), ("Ann Marie Example", "AE")]
        {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn one_is_at_a_place_or_below_it() {
        assert!(is_at("/account/tokens/new", "/account/tokens") && is_at("/account", "/account"));
        assert!(!is_at("/accounts", "/account"));
    }
}
