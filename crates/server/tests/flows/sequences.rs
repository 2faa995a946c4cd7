//! Whatever happens in whatever order: at most one refresh token of a sign-in lives, and dead stays dead.

use std::cell::RefCell;

use jeton_oauth::{Seconds, settings::SettingsPatch};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use serde_json::Value;

use crate::{
    browser::{Browser, encoded},
    call::Answer,
    grants::{query, redemption, refresh},
    setup::SECRET,
    world::{Engine, World, cases},
};

cases![without_grace_the_server_is_as_its_model, with_grace_the_server_is_as_its_model];

/// One thing that happens. Numbers pick among what there is.
#[derive(Clone, Debug)]
enum Event {
    SignIn,
    Approve,
    Redeem(usize),
    Refresh(usize, usize),
    Revoke(usize, usize),
    Advance(u32),
    /// Rows that have ended leave.
    Sweep,
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    // Recent things are picked more often: what is old is mostly dead.
    let pick = || prop_oneof![3 => Just(0usize), 1 => 0usize..4];
    prop_oneof![
        2 => Just(Event::SignIn),
        2 => Just(Event::Approve),
        4 => pick().prop_map(Event::Redeem),
        8 => (pick(), pick()).prop_map(|(one, generation)| Event::Refresh(one, generation)),
        2 => (pick(), pick()).prop_map(|(one, generation)| Event::Revoke(one, generation)),
        3 => prop_oneof![Just(1u32), Just(29), Just(60), Just(2_499), Just(2_500)].prop_map(Event::Advance),
        1 => Just(Event::Sweep),
        1 => Just(Event::Restart),
    ]
}

const LIFETIME: i64 = 5_000;
const CODE_LIFETIME: i64 = 60;

/// What should be: a sign-in and every refresh token that it ever gave.
struct SignIn {
    generations: Vec<String>,
    rotated_at: i64,
    revoked: bool,
}

struct Code {
    text: String,
    made_at: i64,
    /// The sign-in that it became.
    redeemed: Option<usize>,
}

#[derive(Default)]
struct Model {
    now: i64,
    grace: i64,
    sign_ins: Vec<SignIn>,
    codes: Vec<Code>,
}

impl SignIn {
    fn lives(&self, now: i64) -> bool {
        !self.revoked && now < self.rotated_at + LIFETIME
    }
}

impl Model {
    /// The `back`th from the end.
    fn pick<T>(of: &[T], back: usize) -> Option<usize> {
        (!of.is_empty()).then(|| of.len() - 1 - back % of.len())
    }

    fn signed_in(&mut self, tokens: &Value) -> usize {
        let first = tokens["refresh_token"].as_str().unwrap().to_owned();
        self.sign_ins.push(SignIn { generations: vec![first], rotated_at: self.now, revoked: false });
        self.sign_ins.len() - 1
    }

    async fn step(&mut self, event: &Event, world: &World, browser: &str) -> Result<(), TestCaseError> {
        match *event {
            Event::SignIn => {
                let tokens = world.ann("read").await;
                self.signed_in(&tokens);
            }
            Event::Approve => {
                let answer = world.get(&format!("/acme/authorize?{}", encoded(&query("read")))).header("cookie", browser).send().await;
                let back = url::Url::parse(answer.location()).unwrap();
                let text = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
                self.codes.push(Code { text, made_at: self.now, redeemed: None });
            }
            Event::Redeem(back) => {
                let Some(at) = Self::pick(&self.codes, back) else { return Ok(()) };
                let answer = world.token(&redemption(&self.codes[at].text)).send().await;
                let fresh = self.codes[at].redeemed.is_none() && self.now < self.codes[at].made_at + CODE_LIFETIME;
                is(&answer, fresh)?;
                match self.codes[at].redeemed {
                    Some(sign_in) => self.sign_ins[sign_in].revoked = true,
                    None if fresh => self.codes[at].redeemed = Some(self.signed_in(&answer.json())),
                    None => {}
                }
            }
            Event::Refresh(one, back) => {
                let Some(one) = Self::pick(&self.sign_ins, one) else { return Ok(()) };
                let (now, grace, sign_in) = (self.now, self.grace, &mut self.sign_ins[one]);
                let Some(generation) = Self::pick(&sign_in.generations, back) else { return Ok(()) };
                let answer = world.token(&refresh(&sign_in.generations[generation])).send().await;
                let behind = sign_in.generations.len() - 1 - generation;
                let replayed = behind > 1 || (behind == 1 && now >= sign_in.rotated_at + grace);
                is(&answer, sign_in.lives(now) && !replayed)?;
                if replayed {
                    sign_in.revoked = true;
                } else if sign_in.lives(now) {
                    let given = answer.member("refresh_token");
                    if behind == 1 {
                        prop_assert_eq!(&given, sign_in.generations.last().unwrap(), "the same successor");
                    } else {
                        sign_in.generations.push(given);
                        sign_in.rotated_at = now;
                    }
                }
            }
            Event::Revoke(one, back) => {
                let Some(one) = Self::pick(&self.sign_ins, one) else { return Ok(()) };
                let generation = Self::pick(&self.sign_ins[one].generations, back).unwrap_or_default();
                let form = [("token", self.sign_ins[one].generations[generation].as_str())];
                is(&world.post("/acme/revoke").basic("web", SECRET).form(&form).send().await, true)?;
                self.sign_ins[one].revoked = true;
            }
            Event::Advance(seconds) => {
                world.advance(seconds);
                self.now += i64::from(seconds);
            }
            Event::Sweep => drop(world.app.store.sweep(world.clock.now(), 1000).await.unwrap()),
            Event::Restart => {}
        }
        Ok(())
    }

    /// Of every sign-in the current token lives, if it does, and no other.
    async fn compare(&self, world: &World) -> Result<(), TestCaseError> {
        for sign_in in &self.sign_ins {
            for (generation, token) in sign_in.generations.iter().enumerate() {
                let current = generation + 1 == sign_in.generations.len();
                prop_assert_eq!(world.is_active(token).await, current && sign_in.lives(self.now), "generation {}", generation);
            }
        }
        Ok(())
    }
}

fn is(answer: &Answer, granted: bool) -> Result<(), TestCaseError> {
    prop_assert_eq!(answer.status.as_u16(), if granted { 200 } else { 400 }, "{}", answer.text());
    prop_assert!(granted || answer.json()["error"] == "invalid_grant", "{}", answer.text());
    Ok(())
}

async fn without_grace_the_server_is_as_its_model(engine: Engine) {
    explore(engine, 0).await;
}

async fn with_grace_the_server_is_as_its_model(engine: Engine) {
    explore(engine, 30).await;
}

const SEQUENCES: u32 = 24;

/// Random sequences on one server; each begins with nothing of its own.
async fn explore(engine: Engine, grace: u32) {
    let settings = SettingsPatch {
        refresh_token_grace: Some(Seconds(grace)),
        refresh_token_lifetime: Some(Seconds(5_000)),
        session_idle_lifetime: Some(Seconds(u32::MAX / 2)),
        session_lifetime: Some(Seconds(u32::MAX / 2)),
        ..SettingsPatch::default()
    };
    let world = World::with_settings(engine, settings).await;
    let browser = {
        let browser = Browser::new(&world);
        browser.authorize(&query("read")).await.parameters();
        browser.cookies()
    };
    let world = RefCell::new(Some(world));
    let mut runner = TestRunner::new(Config { cases: SEQUENCES, failure_persistence: None, max_shrink_iters: 200, ..Config::default() });
    let play = |events: Vec<Event>| {
        let sequence = async {
            let mut model = Model { grace: i64::from(grace), ..Model::default() };
            for event in &events {
                let mut one = world.take().unwrap();
                if let Event::Restart = event {
                    one = one.restart().await;
                }
                let outcome = model.step(event, &one, &browser).await;
                let outcome = match outcome {
                    Ok(()) => model.compare(&one).await,
                    Err(error) => Err(error),
                };
                world.replace(Some(one));
                outcome?;
            }
            Ok(())
        };
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(sequence))
    };
    runner.run(&vec(event(), 1..25), play).unwrap_or_else(|wrong| panic!("{wrong}"));
}
