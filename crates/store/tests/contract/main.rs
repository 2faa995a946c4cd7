//! What every engine must hold to: the same cases, written against the API alone.

mod attempts;
mod authorizations;
mod backups;
mod batches;
mod clients;
mod clusters;
mod codes;
mod consents;
mod copying;
mod developers;
mod documents;
mod engine;
mod factors;
mod faults;
mod full_disk;
mod keys;
mod leaving;
mod links;
mod living;
mod model;
mod nodes;
mod noticing;
mod older_programs;
mod opening;
mod personal_access_tokens;
mod realms;
mod remembering;
mod sessions;
mod sharing;
mod sweeping;
mod tls;
mod tokens;
mod units;
mod upgrades;
mod users;
mod walls;
mod world;

use engine::{Case, Engine};
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let cases: Vec<Case> = [
        attempts::cases(),
        authorizations::cases(),
        backups::cases(),
        batches::cases(),
        clients::cases(),
        clusters::cases(),
        codes::cases(),
        consents::cases(),
        copying::cases(),
        developers::cases(),
        documents::cases(),
        older_programs::cases(),
        factors::cases(),
        faults::cases(),
        full_disk::cases(),
        keys::cases(),
        leaving::cases(),
        links::cases(),
        living::cases(),
        model::cases(),
        nodes::cases(),
        noticing::cases(),
        opening::cases(),
        personal_access_tokens::cases(),
        realms::cases(),
        remembering::cases(),
        sessions::cases(),
        sharing::cases(),
        sweeping::cases(),
        tls::cases(),
        tokens::cases(),
        units::cases(),
        upgrades::cases(),
        users::cases(),
        walls::cases(),
    ]
    .concat();
    let on = |engine| cases.iter().filter(move |case| case.engines.contains(&engine)).map(move |case| trial(engine, *case));
    let trials = Engine::ALL.iter().copied().flat_map(on).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(engine: Engine, case: Case) -> Trial {
    let trial = Trial::test(format!("{}::{}", engine.name(), case.name), move || {
        (case.run)(engine);
        Ok(())
    });
    match engine.missing().or_else(case.needs) {
        Some(missing) if !jeton_postgres_test::required() => trial.with_kind(missing).with_ignored_flag(true),
        _ => trial,
    }
}
