//! Random histories of one code and its authorization, beside a model that fits on a page.

use jeton_oauth::{
    Change, Seconds,
    change::{AuthorizationChange, CodeChange},
    model::{Authorization, AuthorizationState, CodeState, RevocationReason},
};
use jeton_store::CommitError;
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    engine::{Engine, cases},
    world::{NOW, World, authorization, code, redeem, rotate},
};

cases![random_histories_agree_with_the_model];

/// What may happen to a code and what it gave.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Redeems the code: its authorization begins.
    Redeem,
    /// Rotates the generation that is this far behind the present one.
    Rotate {
        behind: u32,
    },
    Revoke(RevocationReason),
    RevokeOfUser,
    /// Rotates and revokes in one unit; what is refused undoes both.
    RotateThenRevoke {
        behind: u32,
    },
}

/// The rows as they ought to be.
#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    /// Once redeemed.
    authorization: Option<(u32, Option<RevocationReason>)>,
}

impl Model {
    /// Whether the step may be taken; then it is.
    fn take(&mut self, step: Step) -> bool {
        match (step, &mut self.authorization) {
            (Step::Redeem, nothing @ None) => *nothing = Some((0, None)),
            (Step::Redeem, Some(_)) => return false,
            (Step::Rotate { behind: 0 }, Some((generation, None))) => *generation += 1,
            (Step::RotateThenRevoke { behind: 0 }, Some((generation, revoked @ None))) => {
                *generation += 1;
                *revoked = Some(RevocationReason::RefreshReplay);
            }
            (Step::Rotate { .. } | Step::RotateThenRevoke { .. }, _) => return false,
            (Step::Revoke(why), Some((_, revoked))) => *revoked = revoked.or(Some(why)),
            (Step::RevokeOfUser, Some((_, revoked))) => *revoked = revoked.or(Some(RevocationReason::Person)),
            // Revoking what is not there yet is nothing.
            (Step::Revoke(_) | Step::RevokeOfUser, None) => {}
        }
        true
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Redeem),
        4 => (0..3u32).prop_map(|behind| Step::Rotate { behind: behind / 2 }),
        1 => prop::sample::select(&RevocationReason::ALL[..]).prop_map(Step::Revoke),
        1 => Just(Step::RevokeOfUser),
        1 => (0..2u32).prop_map(|behind| Step::RotateThenRevoke { behind }),
    ];
    prop::collection::vec(step, 1..24)
}

async fn random_histories_agree_with_the_model(engine: Engine) {
    let world = World::new(engine).await;
    let runtime = tokio::runtime::Handle::current();
    // Blocking inside the case's own runtime is not allowed; a thread beside it may.
    let result = tokio::task::spawn_blocking(move || {
        let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&steps(), |steps| {
            runtime.block_on(history(&world, &steps));
            Ok(())
        })
    });
    result.await.unwrap().unwrap();
}

async fn history(world: &World, steps: &[Step]) {
    let name = crate::world::id().to_string();
    let (web, ann) = (world.client(&name).await, world.user(&format!("user-{name}")).await);
    let code = code(&web, &ann);
    let granted = Authorization { id: code.authorization, ..authorization(&web, &ann) };
    world.commit(Change::Code(CodeChange::Create(code.clone()))).await.unwrap();
    let mut model = Model::default();
    for step in steps {
        let generation = |behind: u32| model.authorization.map_or(0, |(generation, _)| generation.wrapping_sub(behind));
        let revoke = |why| Change::Authorization(AuthorizationChange::Revoke { realm: world.realm, id: granted.id, at: NOW, why });
        let unit = match *step {
            Step::Redeem => vec![redeem(&code), Change::Authorization(AuthorizationChange::Create(granted.clone()))],
            Step::Rotate { behind } => vec![rotate(&granted, generation(behind))],
            Step::RotateThenRevoke { behind } => vec![rotate(&granted, generation(behind)), revoke(RevocationReason::RefreshReplay)],
            Step::Revoke(why) => vec![revoke(why)],
            Step::RevokeOfUser => {
                let why = RevocationReason::Person;
                vec![Change::Authorization(AuthorizationChange::RevokeOfUser {
                    realm: world.realm,
                    user: ann.id(),
                    client: Some(web.key),
                    at: NOW,
                    why,
                })]
            }
        };
        let expected = if model.take(*step) { Ok(()) } else { Err(CommitError::Conflict) };
        assert_eq!(world.store.commit(unit).await, expected, "{step:?} of {steps:?}");
        assert_eq!(read(world, &code, granted.id).await, model, "after {step:?} of {steps:?}");
    }
    // Sweeping before anything has ended changes nothing.
    world.store.sweep(NOW + Seconds(1), 100).await.unwrap();
    assert_eq!(read(world, &code, granted.id).await, model);
}

async fn read(world: &World, code: &jeton_oauth::model::AuthorizationCode, id: jeton_oauth::AuthorizationId) -> Model {
    let code = world.rows().code(code.id).await.unwrap().unwrap().code;
    let authorization = world.rows().authorization(id).await.unwrap().map(|facts| {
        let revoked = match facts.authorization.state {
            AuthorizationState::Active => None,
            AuthorizationState::Revoked { why, .. } => Some(why),
        };
        (facts.authorization.refresh.unwrap().generation, revoked)
    });
    assert_eq!(code.state != CodeState::Fresh, authorization.is_some());
    Model { authorization }
}
