//! What the process writes to stderr.

use maas_plugin_host::Plugin;
use maas_plugin_host::tfplugin6 as tf;
use serde_json::Value;

use crate::host::{configured, launcher, shut_down, start};

/// The lines of a process, once it has ended.
async fn lines(mut plugin: Plugin) -> Vec<Value> {
    shut_down(&plugin).await;
    plugin.wait().expect("ends");
    plugin.stderr().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

#[tokio::test]
async fn no_log_level_then_not_a_line() {
    let plugin = start();
    let _ = configured(&plugin).await;
    assert_eq!(lines(plugin).await, Vec::<Value>::new());
}

#[tokio::test]
async fn level_of_this_provider_then_it_beats_the_others_and_each_line_is_one_that_hosts_can_read() {
    let plugin = launcher()
        .env("HW_AUTH_TOKEN", "token")
        .env("TF_LOG", "error")
        .env("TF_LOG_PROVIDER_MAAS", "trace")
        .start()
        .expect("starts");
    let _ = configured(&plugin).await;
    let lines = lines(plugin).await;
    assert!(lines.iter().any(|line| line["@level"] == "trace"));
    for line in &lines {
        for key in ["@level", "@message", "@timestamp", "@module"] {
            assert!(line[key].is_string(), "{key} in {line}");
        }
    }
}

#[tokio::test]
async fn call_then_its_lines_have_the_order_and_the_keys_of_other_providers() {
    let plugin = launcher().env("HW_AUTH_TOKEN", "token").env("TF_LOG", "trace").start().expect("starts");
    let (mut client, _) = configured(&plugin).await;
    let request = tf::read_data_source::Request { type_name: "maas_nothing".to_owned(), ..Default::default() };
    client.read_data_source(request).await.expect("answers");
    let lines = lines(plugin).await;
    let lines: Vec<_> = lines.iter().filter(|line| line["tf_rpc"] == "ReadDataSource").collect();
    let said: Vec<_> = lines.iter().map(|line| (text(line, "@level"), text(line, "@message"))).collect();
    let expected = [
        ("trace", "Received request"),
        ("trace", "Sending request downstream"),
        ("trace", "Received downstream response"),
        ("error", "Response contains error diagnostic"),
        ("trace", "Served request"),
    ];
    assert_eq!(said, expected);
    for line in &lines {
        assert_eq!((text(line, "@module"), text(line, "tf_req_id")), ("sdk.proto", text(lines[0], "tf_req_id")));
        assert_eq!(text(line, "tf_provider_addr"), "terraform.local/huaweicloud/maas");
        assert_eq!(text(line, "tf_data_source_type"), "maas_nothing");
    }
    let response = lines[2];
    assert!(response["tf_req_duration_ms"].is_u64(), "{response}");
    assert_eq!((&response["diagnostic_error_count"], &response["diagnostic_warning_count"]), (&1.into(), &0.into()));
    let diagnostic = lines[3];
    assert_eq!(text(diagnostic, "diagnostic_severity"), "ERROR");
    assert_eq!(text(diagnostic, "diagnostic_summary"), "Unsupported data source");
    assert!(text(diagnostic, "diagnostic_detail").contains("maas_nothing"));
}

#[tokio::test]
async fn level_of_errors_alone_then_their_lines_tell_the_call_all_the_same() {
    let plugin = launcher().env("HW_AUTH_TOKEN", "token").env("TF_LOG", "error").start().expect("starts");
    let (mut client, _) = configured(&plugin).await;
    let request = tf::read_data_source::Request { type_name: "maas_nothing".to_owned(), ..Default::default() };
    client.read_data_source(request).await.expect("answers");
    let lines = lines(plugin).await;
    let [line] = lines.as_slice() else { panic!("one line: {lines:?}") };
    assert_eq!((text(line, "@level"), text(line, "tf_rpc")), ("error", "ReadDataSource"));
    assert!(!text(line, "tf_req_id").is_empty() && !text(line, "tf_provider_addr").is_empty(), "{line}");
}

#[tokio::test]
async fn connection_breaks_then_a_debug_line_says_why() {
    use std::io::{Read, Write};
    let plugin = launcher().plaintext().env("TF_LOG", "debug").start().expect("starts");
    let mut client = std::os::unix::net::UnixStream::connect(&plugin.handshake().address).expect("connects");
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("writes");
    // The plugin closes the connection.
    let _ = client.read_to_end(&mut Vec::new());
    let lines = lines(plugin).await;
    let line = lines.iter().find(|line| text(line, "@message").starts_with("failed serving connection"));
    let line = line.unwrap_or_else(|| panic!("{lines:?}"));
    assert_eq!((text(line, "@level"), text(line, "@module")), ("debug", "maas"));
}

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}
