//! The rotation state machine, explored exhaustively: every short story of presentations, pauses and
//! overlapping requests keeps the invariants.

mod support;

use jeton_oauth::{
    Change, ErrorCode, OAuthError, Seconds, Timestamp,
    change::AuthorizationChange,
    client_auth::AuthenticatedClient,
    decision::{Decision, Effect},
    grant::{RefreshFacts, RefreshRequest, refresh_token},
    issue::IssuedTokens,
    model::{Authorization, AuthorizationState, ClientAuthMethod, Realm},
    refresh_secret::{PresentedRefresh, text},
    settings::SettingsPatch,
};
use support::{NOW, account, at, authorization, client, proven, realm, refresh_keys};

/// What can happen next. Generations are counted back from the newest that a client has seen.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A request with the newest token that was given out, or one or two before it.
    Present { back: u32 },
    /// The same, twice at once: both look before either commits.
    PresentTwice { back: u32 },
    /// Half the grace goes by.
    Wait,
    /// The realm's whole refresh lifetime goes by.
    Sleep,
}

const EVENTS: [Event; 8] = [
    Event::Present { back: 0 },
    Event::Present { back: 1 },
    Event::Present { back: 2 },
    Event::PresentTwice { back: 0 },
    Event::PresentTwice { back: 1 },
    Event::Wait,
    Event::Wait,
    Event::Sleep,
];

struct World<'a> {
    realm: &'a Realm,
    client: &'a AuthenticatedClient,
    authorization: Authorization,
    /// The newest generation that a client was given.
    newest: u32,
    now: Timestamp,
    /// When the current generation was given out first, as the model counts it.
    turned_at: Timestamp,
}

impl World<'_> {
    fn decide(&self, generation: u32, seen: &Authorization) -> Decision<IssuedTokens> {
        let presented = text(seen, generation, &refresh_keys()).and_then(|text| PresentedRefresh::read(text.expose()));
        let facts = RefreshFacts { authorization: seen.clone(), account: account(), user: None };
        at(self.realm, self.now, |cx| {
            refresh_token(&RefreshRequest { presented, scope: None, resource: Vec::new() }, self.client, Some(&facts), cx)
        })
    }

    /// Commits as the store does: a guard that does not hold is a conflict.
    fn commit(&mut self, changes: &[Change]) -> bool {
        for change in changes {
            if let Change::Authorization(AuthorizationChange::Rotate { generation, .. }) = change {
                let current = self.authorization.refresh.as_ref().unwrap().generation;
                if *generation != current || self.authorization.state != AuthorizationState::Active {
                    return false;
                }
            }
        }
        for change in changes {
            match change {
                Change::Authorization(AuthorizationChange::Rotate { to, .. }) => self.authorization.refresh = Some(to.clone()),
                Change::Authorization(AuthorizationChange::Revoke { at, why, .. }) => {
                    if self.authorization.state == AuthorizationState::Active {
                        self.authorization.state = AuthorizationState::Revoked { at: *at, why: *why };
                    }
                }
                Change::Audit(_) => {}
                other => panic!("a refresh writes no {other:?}"),
            }
        }
        true
    }

    /// One request: looks, decides, commits; looks again after a conflict.
    fn request(&mut self, generation: u32, first_look: &Authorization) -> Result<u32, OAuthError> {
        let mut seen = first_look.clone();
        for _ in 0..3 {
            let decision = self.decide(generation, &seen);
            let (answer, changes) = match decision {
                Ok(Effect { answer, changes }) => (Ok(answer), changes),
                Err(Effect { answer, changes }) => (Err(answer), changes),
            };
            if self.commit(&changes) {
                return answer.map(|tokens| generation_of(&tokens));
            }
            seen = self.authorization.clone();
        }
        panic!("three looks, three conflicts, with two requests");
    }
}

fn generation_of(tokens: &IssuedTokens) -> u32 {
    PresentedRefresh::read(tokens.refresh_token.as_ref().unwrap().text.expose()).unwrap().generation
}

fn explore(world: &World<'_>, depth: u32, grace: Seconds, stories: &mut u64) {
    *stories += 1;
    if depth == 0 {
        return;
    }
    for event in EVENTS {
        let mut next = World { authorization: world.authorization.clone(), ..*world };
        match event {
            Event::Wait => next.now = next.now + Seconds(grace.0 / 2 + 1),
            Event::Sleep => next.now = next.now + Seconds(86_400),
            Event::Present { back } | Event::PresentTwice { back } => {
                let Some(generation) = next.newest.checked_sub(back) else { continue };
                let before = next.authorization.clone();
                let times = if matches!(event, Event::PresentTwice { .. }) { 2 } else { 1 };
                let answers: Vec<_> = (0..times).map(|_| next.request(generation, &before)).collect();
                check(&before, &next, generation, &answers, grace);
                if let Some(newest) = answers.iter().flatten().max() {
                    if *newest > next.newest {
                        next.turned_at = next.now;
                    }
                    next.newest = next.newest.max(*newest);
                }
            }
        }
        explore(&next, depth - 1, grace, stories);
    }
}

/// The invariants, told without the rule's own words.
fn check(before: &Authorization, world: &World<'_>, generation: u32, answers: &[Result<u32, OAuthError>], grace: Seconds) {
    let was = before.refresh.as_ref().unwrap();
    let revoked_before = before.state != AuthorizationState::Active;
    let revoked = world.authorization.state != AuthorizationState::Active;
    let won: Vec<_> = answers.iter().flatten().collect();

    assert!(answers.iter().flatten().all(|given| *given == generation + 1), "a success gives the presented token's own successor");
    assert!(answers.iter().all(|answer| answer.as_ref().err().is_none_or(|error| error.code == ErrorCode::InvalidGrant)));
    assert!(!revoked_before || (won.is_empty() && revoked), "revoked stays revoked");
    let turned = world.authorization.refresh.as_ref().unwrap().generation;
    assert!(turned == was.generation || turned == was.generation + 1, "one presentation turns the counter once at most");
    if generation + 1 < was.generation {
        assert!(won.is_empty() && revoked, "a token older than the predecessor is a replay, whatever the grace");
    }
    if generation + 1 == was.generation && !revoked_before {
        let in_grace = grace.0 > 0 && world.now < world.turned_at + grace;
        let alive = world.now < was.expires_at;
        if !in_grace {
            assert!(won.is_empty() && revoked, "outside grace the predecessor is a replay");
        } else {
            assert!(!revoked, "within grace the predecessor revokes nothing");
            assert_eq!(won.len(), if alive { answers.len() } else { 0 });
        }
    }
    if generation == was.generation && !revoked_before && world.now < was.expires_at {
        match (answers.len(), grace.0) {
            (2, 0) => assert!(won.len() == 1 && revoked, "the loser of a race is a replay without grace"),
            _ => assert!(won.len() == answers.len() && !revoked, "with grace both get the one successor"),
        }
    }
}

fn stories_with_grace(grace: Seconds) -> u64 {
    let settings =
        SettingsPatch { refresh_token_grace: Some(grace), refresh_token_lifetime: Some(Seconds(86_400)), ..SettingsPatch::default() };
    let realm = realm(settings);
    let client = proven(client("web", ClientAuthMethod::ClientSecretBasic));
    let world = World { realm: &realm, authorization: authorization(&client), client: &client, newest: 0, now: NOW, turned_at: NOW };
    let mut stories = 0;
    explore(&world, 6, grace, &mut stories);
    stories
}

#[test]
fn every_story_without_grace_keeps_one_live_leaf() {
    assert!(stories_with_grace(Seconds(0)) > 10_000);
}

#[test]
fn every_story_with_grace_gives_one_successor() {
    assert!(stories_with_grace(Seconds(30)) > 10_000);
}
