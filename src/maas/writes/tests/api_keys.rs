//! API keys over a socket.

use secrecy::ExposeSecret;

use super::*;
use crate::maas::ApiKeySettings;

fn response(status: &str, body: &str) -> &'static str {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).leak()
}

async fn server(replies: Vec<Reply>) -> (Server, Target) {
    let server = Server::start(replies.leak()).await;
    let target = target(&server.client, "p").await;
    (server, target)
}

#[tokio::test]
async fn create_then_the_key_and_no_address_means_all() {
    let (server, target) =
        server(vec![Reply::Send(response("200 OK", r#"{"id":"7","api_key":"hunter2hunter2"}"#))]).await;
    let settings = ApiKeySettings::default();
    let key = server.client.create_api_key(&target, Some("ci"), &settings, &patience(LONG)).await.expect("created");
    assert_eq!(key.api_key.expect("a key").expose_secret(), "hunter2hunter2");
    assert_eq!(server.client.session().shown("hunter2hunter2"), "(secret)");
    let requests = server.requests();
    assert!(requests[0].starts_with("POST /v2/p/maas/api-auth/api-keys HTTP/1.1"), "{}", requests[0]);
    let body: Value = serde_json::from_str(requests[0].split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    assert_eq!(body, json!({"label": "ci", "description": "", "allow_all": true, "ip_whitelist": []}));
}

#[tokio::test]
async fn failed_create_repeats_the_key_then_no_error_shows_it() {
    for (status, body) in [
        ("500 Oops", r#"{"api_key":"hunter2hunter2"}"#),
        ("500 Oops", r#"{"error_msg":"hunter2hunter2 exists","data":{"secret":"hunter2hunter2"}}"#),
        ("500 Oops", r#"{"api_key":"hunter2hunter2"#),
        ("200 OK", r#"{"error_code":"X","error_msg":"hunter2hunter2","key":"hunter2hunter2"}"#),
    ] {
        let (server, target) = server(vec![Reply::Send(response(status, body))]).await;
        let settings = ApiKeySettings::default();
        let error = server.client.create_api_key(&target, None, &settings, &patience(LONG)).await.expect_err("failed");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn delete_with_any_body_then_done_at_version_1() {
    for body in ["success", r#"{"result":"success"}"#, ""] {
        let (server, target) = server(vec![Reply::Send(response("200 OK", body))]).await;
        server.client.delete_api_key(&target, "7", &patience(LONG)).await.expect("deleted");
        assert!(server.requests()[0].starts_with("DELETE /v1/p/maas/api-auth/api-keys/7 "));
    }
}

#[tokio::test]
async fn more_keys_than_a_page_then_all_pages_once_and_updates_keep_other_members() {
    let page = |from: usize, to: usize| {
        let items: Vec<_> =
            (from..to).map(|id| json!({"id": id, "endpoint_whitelist": ["e"], "update_at": 1})).collect();
        let list = json!({"api_key_list": {"items": items, "total": 35}, "user_api_key_quota": 40});
        Reply::Send(response("200 OK", &list.to_string()))
    };
    // A key that was created meanwhile has moved one of the first page to the second.
    let (server, target) = server(vec![page(0, 30), page(29, 35), Reply::Send(NO_CONTENT)]).await;
    let list = server.client.list_api_keys(&target, Deadline::within(LONG)).await.expect("a list");
    assert_eq!((list.items.len(), list.user_api_key_quota, list.is_complete()), (35, Some(40), true));
    assert!(server.requests()[1].starts_with("GET /v2/p/maas/api-auth/api-keys?limit=30&offset=30 "));
    let settings = ApiKeySettings { description: "d".to_owned(), ip_whitelist: Some(vec!["10.0.0.1".to_owned()]) };
    server.client.update_api_key(&target, "0", &list.items[0], &settings, &patience(LONG)).await.expect("changed");
    let request = &server.requests()[2];
    assert!(request.starts_with("PUT /v2/p/maas/api-auth/api-keys/0 "), "{request}");
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").expect("a body").1).expect("JSON");
    let expected = json!({
        "description": "d", "allow_all": false, "ip_whitelist": ["10.0.0.1"], "endpoint_whitelist": ["e"],
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn pages_repeat_without_end_then_the_list_ends_and_is_incomplete() {
    let items: Vec<_> = (0..30).map(|id| json!({"id": id})).collect();
    let list = json!({"api_key_list": {"items": items, "total": 90}}).to_string();
    let (server, target) = server(vec![Reply::Send(response("200 OK", &list))]).await;
    let list = server.client.list_api_keys(&target, Deadline::within(LONG)).await.expect("a list");
    assert_eq!((list.items.len(), list.is_complete(), server.requests().len()), (30, false, 2));
}
