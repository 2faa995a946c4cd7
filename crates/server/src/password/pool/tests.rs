use std::sync::mpsc;

use super::*;

fn pool(threads: usize, queue: usize) -> PasswordPool {
    PasswordPool::new(PoolOptions { threads, queue }).unwrap()
}

fn secret(text: &str) -> SecretText {
    SecretText::new(text)
}

#[tokio::test]
async fn the_right_password_matches_and_a_current_hash_stays() {
    let pool = pool(1, 8);
    let hash = pool.hash(secret("correct horse")).await.unwrap();
    assert_eq!(pool.verify(secret("correct horse"), Some(hash.clone())).await, Ok(Verdict { matched: true, upgrade: None }));
    assert_eq!(pool.verify(secret("wrong horse"), Some(hash)).await, Ok(Verdict { matched: false, upgrade: None }));
}

#[tokio::test]
async fn an_unknown_account_costs_exactly_what_a_known_one_costs() {
    let pool = pool(1, 8);
    let hash = pool.hash(secret("correct horse")).await.unwrap();
    let mut costs = Vec::new();
    for (password, hash) in [
        ("correct horse", Some(hash.clone())),
        ("wrong", Some(hash.clone())),
        ("wrong", None),
        ("", Some(hash.clone())),
        (&"a".repeat(2000), Some(hash)),
        ("wrong", Some(PasswordHash("no hash at all".into()))),
    ] {
        let before = pool.work();
        pool.verify(secret(password), hash).await.unwrap();
        let after = pool.work();
        costs.push((after.verifications - before.verifications, after.filled - before.filled, after.hashes - before.hashes));
    }
    assert_eq!(costs, [(1, 19_456 * 2, 0); 6]);
}

#[tokio::test]
async fn nobodys_hash_matches_no_password() {
    let pool = pool(1, 8);
    for password in ["", "password", "\0"] {
        assert!(!pool.verify(secret(password), None).await.unwrap().matched);
    }
}

#[tokio::test]
async fn a_matching_hash_from_elsewhere_is_upgraded_and_a_wrong_password_is_not() {
    let pool = pool(1, 8);
    let imported = PasswordHash("$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$vziugTYXn+vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA".into());
    let verdict = pool.verify(secret("correct horse \u{e9}"), Some(imported.clone())).await.unwrap();
    assert!(verdict.matched);
    let upgraded = verdict.upgrade.unwrap();
    assert!(upgraded.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let verdict = pool.verify(secret("correct horse e\u{301}"), Some(upgraded)).await.unwrap();
    assert_eq!(verdict, Verdict { matched: true, upgrade: None });
    let hashes = pool.work().hashes;
    assert_eq!(pool.verify(secret("wrong"), Some(imported)).await.unwrap().upgrade, None);
    assert_eq!(pool.work().hashes, hashes);
}

#[tokio::test]
async fn what_cannot_be_a_password_is_not_hashed() {
    let pool = pool(1, 8);
    assert_eq!(pool.hash(secret("")).await, Err(HashError::Unacceptable(PasswordFault::Empty)));
    assert_eq!(pool.work(), Work::default());
}

/// A job that waits until its sender is dropped, and says when it began.
fn block(pool: &PasswordPool) -> (mpsc::Sender<()>, mpsc::Receiver<()>) {
    let (release, wait) = mpsc::channel::<()>();
    let (began, begun) = mpsc::channel();
    let job: Job = Box::new(move |_| {
        let _ = began.send(());
        let _ = wait.recv();
    });
    pool.0.0.enqueue(job).unwrap();
    (release, begun)
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_says_when_to_come_back() {
    let pool = pool(1, 2);
    let (release, begun) = block(&pool);
    begun.recv().unwrap();
    let waiting: Vec<_> = (0..2).map(|_| block(&pool)).collect();
    let busy = pool.verify(secret("password"), None).await.unwrap_err();
    assert!(busy.retry_after >= Seconds(1));
    assert_eq!((pool.work().refused, pool.waiting()), (1, 2));
    drop((release, waiting));
    while pool.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.verify(secret("password"), None).await.map(|verdict| verdict.matched), Ok(false));
}

#[tokio::test]
async fn a_caller_that_hangs_up_costs_no_work() {
    let pool = pool(1, 8);
    let (release, begun) = block(&pool);
    begun.recv().unwrap();
    let asking = tokio::spawn({
        let pool = pool.clone();
        async move { pool.verify(secret("password"), None).await }
    });
    while pool.waiting() == 0 {
        tokio::task::yield_now().await;
    }
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    drop(release);
    pool.verify(secret("password"), None).await.unwrap();
    assert_eq!(pool.work().verifications, 1);
}

#[tokio::test]
async fn a_panic_in_one_hash_leaves_the_thread_working() {
    let pool = pool(1, 8);
    let failed = pool.submit(|_| -> () { panic!("expected in this test") }).await;
    assert!(failed.is_err());
    assert!(pool.hash(secret("password")).await.is_ok());
}

#[test]
fn the_threads_end_with_the_last_handle() {
    let pool = pool(2, 8);
    let shared = Arc::downgrade(&pool.0.0);
    drop(pool.clone());
    assert!(shared.upgrade().is_some_and(|shared| !shared.lock().closed));
    drop(pool);
    while shared.strong_count() > 0 {
        thread::yield_now();
    }
}
