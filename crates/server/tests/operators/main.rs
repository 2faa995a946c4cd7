//! What those meet who run realms and register applications: over the admin API and by registration.

mod admin_api;
mod admin_apply;
mod admin_more;
mod admin_nouns;
mod admin_people;
mod administrators;
mod client_configuration;
mod registration;
mod registration_policy;

use jeton_stories::{admins, browser, call, grants, registrations, setup, world};

fn main() {
    world::run(&[
        ("admin_api", admin_api::CASES),
        ("admin_apply", admin_apply::CASES),
        ("admin_more", admin_more::CASES),
        ("admin_nouns", admin_nouns::CASES),
        ("admin_people", admin_people::CASES),
        ("administrators", administrators::CASES),
        ("client_configuration", client_configuration::CASES),
        ("registration", registration::CASES),
        ("registration_policy", registration_policy::CASES),
    ]);
}
