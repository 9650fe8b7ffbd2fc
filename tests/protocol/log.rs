//! What the process writes to stderr.

use crate::host::{configured, launcher, shut_down, start};

#[tokio::test]
async fn log_level_set_then_lines_that_hosts_can_read_and_without_it_none() {
    let quiet = start();
    let _ = configured(&quiet).await;
    assert_eq!(quiet.stderr(), "");
    let mut loud = launcher().env("TF_LOG", "error").env("TF_LOG_PROVIDER_MAAS", "trace").start().expect("starts");
    let _ = configured(&loud).await;
    shut_down(&loud).await;
    loud.wait().expect("ends");
    let lines: Vec<serde_json::Value> =
        loud.stderr().lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    for line in &lines {
        for key in ["@level", "@message", "@timestamp", "@module"] {
            assert!(line[key].is_string(), "{key} in {line}");
        }
    }
    let served =
        lines.iter().find(|line| line["@message"] == "Served request" && line["tf_rpc"] == "ConfigureProvider");
    let served = served.expect("a line at the end of the call");
    assert!(served["tf_req_id"].is_string() && served["tf_req_duration_ms"].is_u64());
    assert_eq!(served["tf_provider_addr"], "terraform.local/huaweicloud/maas");
}
