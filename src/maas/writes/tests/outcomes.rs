//! What has become of a write, over the faults of a server.

use futures_util::future::join_all;

use super::*;
use crate::huaweicloud::{Domain, PasswordLogin, User, WriteOutcome};

const TOKEN: Reply = Reply::Send(
    "HTTP/1.1 201 Created\r\nX-Subject-Token: t\r\nContent-Length: 54\r\n\r\n\
     {\"token\":{\"expires_at\":\"2099-01-01T00:00:00.000000Z\"}}",
);
const REFUSED: Reply =
    Reply::Send("HTTP/1.1 400 Bad\r\nContent-Length: 32\r\n\r\n{\"error_code\":\"ModelArts.6271\"} ");
const UNAUTHORIZED: Reply = Reply::Send("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
const THROTTLED: Reply = Reply::Send("HTTP/1.1 429 Slow\r\nContent-Length: 27\r\n\r\n{\"error_code\":\"APIG.0308\"} ");
const SLOW_DOWN: Reply = Reply::Send("HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n");
const FAILED: Reply = Reply::Send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
const MOVED: Reply = Reply::Send("HTTP/1.1 308 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");
const SEE_OTHER: Reply = Reply::Send("HTTP/1.1 303 See\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n");
const BROKEN_OFF: Reply = Reply::SendAndClose("HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{");
const PAGE: Reply = Reply::Send("HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n<html></html>");

/// A session that signs in at the same server.
async fn with_password(replies: &'static [Reply]) -> Server {
    let mut server = Server::start(replies).await;
    let endpoint = server.client.session().cloud().modelarts("r").expect("given");
    let cloud = Cloud { modelarts: Ok(Some(endpoint.clone())), iam: Ok(Some(endpoint.clone())), ..Cloud::default() };
    let (user, domain) = (User::Name("ann".to_owned()), Some(Domain::Name("d".to_owned())));
    let login = PasswordLogin { user, password: "hunter2".into(), domain };
    let options = SessionOptions { sign_in: SignIn::Password(login), cloud, ..options(endpoint) };
    server.client = Arc::new(Client::new(Arc::new(Session::new(options))));
    server
}

fn outcome(result: &Result<Option<String>, Error>) -> Option<WriteOutcome> {
    result.as_ref().err().map(Error::write_outcome)
}

#[tokio::test]
async fn sign_in_fails_then_the_write_is_not_done() {
    for replies in [&[FAILED], &[Reply::Close], &[Reply::Hang]] {
        let server = with_password(replies).await;
        let created = create(&server, Duration::from_secs(1)).await;
        assert_eq!(outcome(&created), Some(WriteOutcome::NotDone), "{created:?}");
        assert!(server.requests().iter().all(|request| request.starts_with("POST /v3/auth/tokens")));
    }
}

#[tokio::test]
async fn token_refused_then_sent_once_more_with_a_new_one() {
    let server = with_password(&[TOKEN, UNAUTHORIZED, TOKEN, Reply::Send(CREATED)]).await;
    assert_eq!(create(&server, LONG).await.expect("created").as_deref(), Some("7"));
    assert_eq!(server.requests().len(), 4);
    let server = with_password(&[TOKEN, UNAUTHORIZED, TOKEN, UNAUTHORIZED]).await;
    assert_eq!(outcome(&create(&server, LONG).await), Some(WriteOutcome::NotDone));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn put_that_may_have_been_carried_out_is_refused_at_last_then_unknown() {
    let server = Server::start(&[FAILED, REFUSED]).await;
    let target = target(&server.client, "p").await;
    let changed = server.client.enable_endpoint(&target, "7", true, &patience(LONG)).await;
    assert_eq!(changed.map_err(|error| error.write_outcome()), Err(WriteOutcome::Unknown));
}

#[tokio::test]
async fn gateway_throttles_a_post_then_sent_again() {
    let server = Server::start(&[THROTTLED, Reply::Send(CREATED)]).await;
    assert_eq!(create(&server, LONG).await.expect("created").as_deref(), Some("7"));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn response_breaks_off_after_a_good_status_then_done() {
    let server = Server::start(&[BROKEN_OFF]).await;
    assert_eq!(outcome(&create(&server, LONG).await), Some(WriteOutcome::Done));
}

/// All schedules of two replies, the last of which goes on for ever.
#[tokio::test]
async fn any_two_faults_then_a_post_arrives_again_only_after_one_that_cannot_have_been_carried_out() {
    const FAULTS: [Reply; 11] = [
        Reply::Send(CREATED),
        Reply::Send(NO_CONTENT),
        Reply::Close,
        REFUSED,
        UNAUTHORIZED,
        THROTTLED,
        SLOW_DOWN,
        FAILED,
        MOVED,
        SEE_OTHER,
        PAGE,
    ];
    let schedules = (0..FAULTS.len() * FAULTS.len()).map(|number| async move {
        let replies = [FAULTS[number / FAULTS.len()], FAULTS[number % FAULTS.len()]];
        let server = Server::start(Box::leak(Box::new(replies))).await;
        let created = create(&server, LONG).await;
        let arrived = server.requests().len();
        let reply = |number: usize| replies[number.min(1)];
        assert!((0..arrived - 1).all(|number| reply(number) == THROTTLED), "{replies:?}: {arrived} arrived");
        let expected = match reply(arrived - 1) {
            Reply::Send(CREATED | NO_CONTENT) => None,
            REFUSED | UNAUTHORIZED | THROTTLED | SLOW_DOWN | MOVED => Some(WriteOutcome::NotDone),
            _ => Some(WriteOutcome::Unknown),
        };
        assert_eq!(outcome(&created), expected, "{replies:?}");
    });
    join_all(schedules).await;
}

#[tokio::test]
async fn stopped_while_another_write_proves_the_credentials_then_nothing_is_sent() {
    let server = Server::start(&[Reply::Hang]).await;
    let (one, other) = (target(&server.client, "p").await, target(&server.client, "q").await);
    let (first, waiting) = (patience(Duration::from_secs(2)), patience(LONG));
    let endpoint = endpoint();
    let hangs = server.client.create_endpoint(&one, &endpoint, &first);
    let waits = server.client.create_endpoint(&other, &endpoint, &waiting);
    let stops = async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
        first.stopping.cancel();
        waiting.stopping.cancel();
    };
    let (hangs, waits, ()) = tokio::join!(hangs, waits, stops);
    assert_eq!(outcome(&hangs), Some(WriteOutcome::Unknown));
    assert_eq!(waits.map_err(|error| error.kind), Err(ErrorKind::Stopped));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn read_after_a_write_then_not_served_by_a_response_requested_before() {
    const LIST: &str = "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"items\":[],\"total\":\"0\"}";
    const LATER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"items\":[{\"id\":\"7\"}],\"total\":1}";
    // The first response proves the token; that of the early read comes after the write.
    let server =
        Server::start(&[Reply::Send(LIST), Reply::AfterRequest(3, LIST), Reply::Send(CREATED), Reply::Send(LATER)])
            .await;
    let target = target(&server.client, "p").await;
    let list =
        async || server.client.list_endpoints(&target, Deadline::within(LONG)).await.expect("a list").items.len();
    assert_eq!(list().await, 0);
    let write_and_read = async {
        while server.requests().len() < 2 {
            tokio::task::yield_now().await;
        }
        create(&server, LONG).await.expect("created");
        list().await
    };
    assert_eq!(tokio::join!(list(), write_and_read), (0, 1));
}
