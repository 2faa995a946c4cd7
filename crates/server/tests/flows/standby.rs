//! Where commits wait for a standby, an answer waits for all that it rests on.

use jeton_oauth::{Seconds, settings::SettingsPatch};
use jeton_postgres_test::{Cluster, Settings};
use tokio::task::spawn_blocking;

use crate::{
    grants::refresh,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![a_retry_is_answered_only_once_a_standby_has_its_rotation];

/// A primary that crashed and came back shows rotations that no standby has: whoever is told of one
/// then must not lose it by a failover.
async fn a_retry_is_answered_only_once_a_standby_has_its_rotation(_: Engine) {
    let more = "synchronous_standby_names='nobody'\nsynchronous_commit=local\n";
    let cluster = Cluster::start(Settings { more, ..Settings::default() });
    let settings = SettingsPatch { refresh_token_grace: Some(Seconds(30)), ..SettingsPatch::default() };
    let one = World::on(cluster, Setup::new("acme", "standard").settings(settings)).await;
    let two = one.another().await;
    let old = one.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    one.token(&refresh(&old)).send().await;

    // From now on whoever commits waits for the standby, which never says that it has anything.
    one.home.execute("ALTER ROLE jeton SET synchronous_commit = 'on'");
    let home = one.home.clone();
    let waiting = spawn_blocking(move || home.execute(UNTIL_SOMEBODY_WAITS));
    tokio::select! {
        answer = two.token(&refresh(&old)).send() => panic!("answered {} before a standby had it", answer.status),
        waiting = waiting => waiting.unwrap(),
    }
}

const UNTIL_SOMEBODY_WAITS: &str = "SET synchronous_commit = local; SET statement_timeout = '20s'; DO $$ BEGIN \
    WHILE NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep') LOOP \
    PERFORM pg_stat_clear_snapshot(); PERFORM pg_sleep(0.01); END LOOP; END $$";
