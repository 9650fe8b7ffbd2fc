//! Faults drawn by lot, as a client meets them.

use maas_sandbox::{Api, Chaos, Fault, Sandbox, seed};

use crate::client::{get, workspaces_of};

/// What each of that many requests leads to.
fn outcomes(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let outcome = |_| match workspaces_of(seed::HOST_REGION).try_send(sandbox) {
        Ok(answer) => {
            let (encoding, retry_after) = (answer.header("Content-Encoding"), answer.header("Retry-After"));
            let (length, arrived) = (answer.declared_length(), answer.body.len());
            format!("{} {encoding:?} {retry_after:?} {arrived} of {length}", answer.status)
        }
        Err(error) => error.kind().to_string(),
    };
    (0..count).map(outcome).collect()
}

fn calm(seed: u64) -> Chaos {
    Chaos::seeded(seed).reset(0).throttled(0).server_error(0).drip(0).html(0).truncated(0).delay(0).gzip(0)
}

#[test]
fn same_seed_then_the_same_outcomes_and_another_seed_then_others() {
    let of_seed = |seed| outcomes(&Sandbox::builder().chaos(Chaos::seeded(seed)).start(), 100);
    let (one, same, other) = (of_seed(1), of_seed(1), of_seed(2));
    assert_eq!(one, same);
    assert_ne!(one, other);
}

#[test]
fn default_mix_then_most_answers_are_regular_and_each_kind_of_fault_occurs() {
    let outcomes = outcomes(&Sandbox::builder().chaos(Chaos::seeded(1)).start(), 200);
    let count = |start: &str| outcomes.iter().filter(|outcome| outcome.starts_with(start)).count();
    assert!(count("200 None") > 100);
    for start in ["connection reset", "429 None Some(\"0\")", "429 None Some(\"1\")", "50", "200 Some(\"gzip\")"] {
        assert!(count(start) > 0, "{start}: {outcomes:#?}");
    }
}

#[test]
fn no_shares_then_everything_is_regular() {
    let sandbox = Sandbox::builder().chaos(calm(1)).start();
    assert!((0..50).all(|_| workspaces_of(seed::HOST_REGION).send(&sandbox).json()["count"] == 4));
}

#[test]
fn whole_share_for_one_kind_then_every_request_to_an_api_meets_it() {
    let sandbox = Sandbox::builder().chaos(calm(1).html(100)).start();
    for request in [workspaces_of("r"), get("/v3/projects")] {
        let answer = request.send(&sandbox);
        assert_eq!((answer.status, answer.header("Content-Type")), (200, Some("text/html")));
    }
    get("/nowhere").send(&sandbox).assert_gateway_error(404, "APIGW.0101");
}

#[test]
fn fault_lined_up_then_it_comes_first() {
    let sandbox = Sandbox::builder().chaos(calm(1).html(100)).fault(Fault::status(404).times(1)).start();
    assert_eq!([(); 2].map(|()| workspaces_of("r").send(&sandbox).status), [404, 200]);
    assert_eq!(sandbox.requests_to(Api::Workspaces).len(), 2);
}

#[test]
fn faults_cleared_then_chaos_is_over() {
    let sandbox = Sandbox::builder().chaos(calm(1).reset(100)).start();
    assert!(workspaces_of("r").try_send(&sandbox).is_err());
    sandbox.clear_faults();
    assert_eq!(workspaces_of("r").send(&sandbox).status, 200);
}

#[test]
fn requests_forgotten_then_the_lots_go_on() {
    let all = outcomes(&Sandbox::builder().chaos(Chaos::seeded(3)).start(), 60);
    let sandbox = Sandbox::builder().chaos(Chaos::seeded(3)).start();
    let first = outcomes(&sandbox, 30);
    sandbox.forget_requests();
    assert_eq!([first, outcomes(&sandbox, 30)].concat(), all);
}
