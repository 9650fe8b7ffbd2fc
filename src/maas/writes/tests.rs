mod api_keys;
mod outcomes;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::{Client, NewEndpoint};
use super::*;
use crate::huaweicloud::{Clock, Cloud, Endpoint, HttpOptions, Project, Session, SessionOptions, SignIn};

/// What a server does with a request that it has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    /// Sends this response.
    Send(&'static str),
    /// Sends this response once so many requests have been read.
    AfterRequest(usize, &'static str),
    /// Sends this and closes the connection.
    SendAndClose(&'static str),
    /// Closes the connection without a response.
    Close,
    /// Keeps the connection open without a response.
    Hang,
}

/// A server that replies to each request in turn, and for ever with the last reply.
struct Server {
    client: Arc<Client>,
    requests: Arc<Mutex<Vec<String>>>,
    in_flight: Arc<AtomicUsize>,
    most_in_flight: Arc<AtomicUsize>,
}

const CREATED: &str = "HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{\"id\":\"7\"}";
const UNAVAILABLE: &str = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";

impl Server {
    async fn start(replies: &'static [Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (in_flight, most_in_flight) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (seen, now, most) = (Arc::clone(&requests), Arc::clone(&in_flight), Arc::clone(&most_in_flight));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (seen, now, most) = (Arc::clone(&seen), Arc::clone(&now), Arc::clone(&most));
                tokio::spawn(async move {
                    while let Some(request) = read_request(&mut stream).await {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        let number = {
                            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                            seen.push(request);
                            seen.len()
                        };
                        tokio::task::yield_now().await;
                        now.fetch_sub(1, Ordering::SeqCst);
                        match replies[(number - 1).min(replies.len() - 1)] {
                            Reply::Send(response) => stream.write_all(response.as_bytes()).await.expect("sends"),
                            Reply::AfterRequest(count, response) => {
                                while seen.lock().unwrap_or_else(PoisonError::into_inner).len() < count {
                                    tokio::task::yield_now().await;
                                }
                                stream.write_all(response.as_bytes()).await.expect("sends");
                            }
                            Reply::SendAndClose(response) => {
                                return stream.write_all(response.as_bytes()).await.expect("sends");
                            }
                            Reply::Close => return,
                            Reply::Hang => std::future::pending().await,
                        }
                    }
                });
            }
        });
        Self { client: client(&url), requests, in_flight, most_in_flight }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(text);
            }
        }
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => read.extend_from_slice(&bytes[..length]),
        }
    }
}

fn client(url: &str) -> Arc<Client> {
    let endpoint = |url: &str| Endpoint::parse(url).expect("a URL");
    Arc::new(Client::new(Arc::new(Session::new(options(endpoint(url))))))
}

fn options(endpoint: Endpoint) -> SessionOptions {
    SessionOptions {
        sign_in: SignIn::Token("token".into()),
        roles: Vec::new(),
        domain_id: Ok(None),
        cloud: Cloud { modelarts: Ok(Some(endpoint.clone())), ..Cloud::default() },
        metadata: endpoint,
        http: HttpOptions::default(),
        max_retries: 2,
        clock: Clock::system(),
    }
}

fn patience(limit: Duration) -> Patience {
    Patience { deadline: Deadline::within(limit), stopping: CancellationToken::new() }
}

async fn target(client: &Client, project: &str) -> Target {
    let target = client.session().target("r", Project::Id(project.to_owned()), Deadline::within(LONG)).await;
    target.expect("no request")
}

const LONG: Duration = Duration::from_mins(1);

fn endpoint() -> NewEndpoint {
    NewEndpoint { endpoint_name: "a".to_owned(), source: "custom_from_maas".to_owned(), ..NewEndpoint::default() }
}

async fn create(server: &Server, limit: Duration) -> Result<Option<String>, Error> {
    let target = target(&server.client, "p").await;
    server.client.create_endpoint(&target, &endpoint(), &patience(limit)).await
}

#[tokio::test]
async fn create_then_one_post_with_what_was_given_and_the_id_of_the_response() {
    let server = Server::start(&[Reply::Send(CREATED)]).await;
    assert_eq!(create(&server, LONG).await.expect("created").as_deref(), Some("7"));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert!(requests[0].starts_with("POST /v1/p/maas/services/custom-endpoint/endpoint HTTP/1.1\r\n"));
    let (_, body) = requests[0].split_once("\r\n\r\n").expect("a body");
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body, json!({"endpoint_name": "a", "source": "custom_from_maas"}));
}

#[tokio::test]
async fn good_response_without_an_id_then_created_without_one() {
    for response in [
        NO_CONTENT,
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        let replies: &'static [Reply] = Box::leak(Box::new([Reply::Send(response)]));
        let server = Server::start(replies).await;
        assert_eq!(create(&server, LONG).await.expect("created"), None, "{response}");
    }
}

#[tokio::test]
async fn post_without_a_clear_response_then_sent_once_and_it_may_have_taken_effect() {
    for reply in [
        Reply::Close,
        Reply::Send(UNAVAILABLE),
        Reply::Send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
        Reply::Send("HTTP/1.1 504 Late\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
        Reply::Send("HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"),
        Reply::Hang,
    ] {
        let replies: &'static [Reply] = Box::leak(Box::new([reply, Reply::Send(CREATED)]));
        let server = Server::start(replies).await;
        let error = create(&server, Duration::from_millis(500)).await.expect_err("no response");
        assert!(error.may_have_taken_effect(), "{reply:?}: {error}");
        assert_eq!(server.requests().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn post_refused_then_sent_once_and_it_has_not_taken_effect() {
    for response in [
        "HTTP/1.1 400 Bad\r\nContent-Length: 31\r\n\r\n{\"error_code\":\"ModelArts.6271\"} ",
        "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\"error_code\":\"ModelArts.6271\"} ",
        "HTTP/1.1 307 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
    ] {
        let replies: &'static [Reply] = Box::leak(Box::new([Reply::Send(response), Reply::Send(CREATED)]));
        let server = Server::start(replies).await;
        let error = create(&server, LONG).await.expect_err("refused");
        assert!(!error.may_have_taken_effect(), "{response}: {error}");
        assert_eq!(server.requests().len(), 1, "{response}");
    }
}

#[tokio::test]
async fn server_not_reached_then_it_has_not_taken_effect() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let client = client(&url);
    let target = target(&client, "p").await;
    let error = client.create_endpoint(&target, &endpoint(), &patience(LONG)).await.expect_err("not reached");
    assert!(!error.may_have_taken_effect(), "{error}");
    assert_eq!(error.trace.map(|trace| trace.attempts), Some(3), "another attempt is safe");
}

#[tokio::test]
async fn put_and_delete_without_a_response_then_sent_again() {
    for replies in [&[Reply::Send(UNAVAILABLE), Reply::Send(NO_CONTENT)], &[Reply::Close, Reply::Send(NO_CONTENT)]] {
        let server = Server::start(replies).await;
        let target = target(&server.client, "p").await;
        server.client.enable_endpoint(&target, "7", false, &patience(LONG)).await.expect("done");
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests[1].starts_with("PUT /v1/p/maas/services/custom-endpoint/control/7 "), "{}", requests[1]);
        assert!(requests[1].ends_with(r#"{"action":"deactivate"}"#));
        let server = Server::start(replies).await;
        server.client.delete_endpoint(&target, "7", &patience(LONG)).await.expect("done");
        assert!(server.requests()[1].starts_with("DELETE /v1/p/maas/services/custom-endpoint/endpoint/7 "));
    }
}

#[tokio::test]
async fn id_that_is_no_path_segment_then_nothing_is_sent() {
    let server = Server::start(&[Reply::Send(NO_CONTENT)]).await;
    let target = target(&server.client, "p").await;
    for id in ["", "..", "."] {
        assert!(server.client.delete_endpoint(&target, id, &patience(LONG)).await.is_err(), "{id}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn writes_to_one_project_then_one_at_a_time() {
    let server = Server::start(&[Reply::Send(CREATED)]).await;
    let target = target(&server.client, "p").await;
    let patience = patience(LONG);
    let endpoint = endpoint();
    let create = || server.client.create_endpoint(&target, &endpoint, &patience);
    let created = futures_util::future::join_all((0..20).map(|_| create())).await;
    assert!(created.iter().all(Result::is_ok));
    assert_eq!(server.most_in_flight.load(Ordering::SeqCst), 1);
    assert_eq!(server.in_flight.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn write_hangs_then_writes_to_other_projects_go_on_and_those_that_wait_are_dropped_by_a_stop() {
    const CREATES: Reply = Reply::Send(CREATED);
    // The first response in each project proves that the token is valid there.
    let server = Server::start(&[CREATES, CREATES, Reply::Hang, CREATES]).await;
    let (one, other) = (target(&server.client, "p").await, target(&server.client, "q").await);
    let first = patience(Duration::from_secs(3));
    let waiting = patience(LONG);
    let endpoint = endpoint();
    for target in [&one, &other] {
        server.client.create_endpoint(target, &endpoint, &waiting).await.expect("created");
    }
    let hangs = server.client.create_endpoint(&one, &endpoint, &first);
    let waits = server.client.create_endpoint(&one, &endpoint, &waiting);
    let stops = async {
        while server.requests().len() < 3 {
            tokio::task::yield_now().await;
        }
        let elsewhere = server.client.create_endpoint(&other, &endpoint, &waiting).await;
        first.stopping.cancel();
        waiting.stopping.cancel();
        elsewhere
    };
    let (hangs, waits, elsewhere) = tokio::join!(hangs, waits, stops);
    assert_eq!(elsewhere.expect("created").as_deref(), Some("7"));
    assert!(hangs.expect_err("no response").may_have_taken_effect());
    let error = waits.expect_err("stopped");
    assert_eq!((error.kind.clone(), error.may_have_taken_effect()), (ErrorKind::Stopped, false));
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn turn_does_not_come_before_the_deadline_then_nothing_is_sent() {
    let server = Server::start(&[Reply::Hang]).await;
    let target = target(&server.client, "p").await;
    let (first, short) = (patience(Duration::from_secs(1)), patience(Duration::from_millis(200)));
    let endpoint = endpoint();
    let both = tokio::join!(
        server.client.create_endpoint(&target, &endpoint, &first),
        server.client.create_endpoint(&target, &endpoint, &short)
    );
    assert_eq!(both.1.map_err(|error| error.kind), Err(ErrorKind::Queued(Duration::from_millis(200))));
    assert_eq!(server.requests().len(), 1);
}
