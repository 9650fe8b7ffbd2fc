//! Secrets stay where they are: every source of credentials, in success and in failure, at the highest log level.

use std::collections::BTreeSet;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use maas_sandbox::{AccessKey, Api, Builder, Fault, Metadata, Sandbox, seed};
use serde_json::json;

use crate::terraform::{Workdir, with_each_host};

/// Has characters that every encoding changes, and that a header may have.
const CANARY: &str = "canary-d4\"1d\\8c'd9<8f>&0%41+/b2?0=4";

/// Alphanumeric, as a key has to be.
const CANARY_KEY: &str = "CANARYd41d8cd98f00b204e9800998ecf8427e00";

const ALL: &str = "data \"maas_workspaces\" \"all\" {}\n";

/// A way to sign in: variables, and what the provider block says.
struct Way {
    variables: Vec<(&'static str, String)>,
    block: String,
}

fn way(variables: &[(&'static str, &str)], block: &str) -> Way {
    let variables = variables.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Way { variables, block: block.to_owned() }
}

fn ways() -> Vec<Way> {
    let keys = [("HW_ACCESS_KEY", seed::ACCESS_KEY), ("HW_SECRET_KEY", seed::SECRET_KEY)];
    let role = |account: &str| format!("assume_role {{\n agency_name = \"{}\"\n {account}\n}}", seed::AGENCY_NAME);
    let (by_name, by_id) =
        (format!("domain_name = \"{}\"", seed::DOMAIN_NAME), format!("domain_id = \"{}\"", seed::DOMAIN_ID));
    vec![
        way(&[("HW_AUTH_TOKEN", seed::TOKEN)], ""),
        way(&keys, ""),
        way(
            &[
                ("HW_ACCESS_KEY", "TEMPORARYKEY00000001"),
                ("HW_SECRET_KEY", seed::SECRET_KEY),
                ("HW_SECURITY_TOKEN", CANARY),
            ],
            "",
        ),
        way(&[("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", seed::PASSWORD)], ""),
        way(&[("HW_PROFILE", "main")], ""),
        way(&[], ""),
        way(&keys, &role(&by_name)),
        way(&keys, &role(&by_id)),
        way(
            &[
                ("HW_ASSUME_ROLE_IDP_ID", seed::IDP_ID),
                ("HW_ASSUME_ROLE_ID_TOKEN", seed::ID_TOKEN),
                ("HW_ASSUME_ROLE_AGENCY_NAME", seed::AGENCY_NAME),
                ("HW_ASSUME_ROLE_DOMAIN_ID", seed::DOMAIN_ID),
            ],
            "",
        ),
        // And each of them wrong, so that the gateway says why.
        way(&[("HW_AUTH_TOKEN", CANARY)], ""),
        way(&[keys[0], ("HW_SECRET_KEY", CANARY_KEY)], ""),
        // The gateway repeats the request that it could not verify, with this token in it.
        way(
            &[("HW_ACCESS_KEY", "TEMPORARYKEY00000001"), ("HW_SECRET_KEY", CANARY_KEY), ("HW_SECURITY_TOKEN", CANARY)],
            "",
        ),
        way(&[("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", CANARY)], ""),
    ]
}

fn cloud() -> Builder {
    let temporary = AccessKey::new("TEMPORARYKEY00000001", seed::SECRET_KEY).security_token(CANARY);
    Sandbox::builder().metadata(Metadata::any()).access_key(temporary)
}

/// The secrets that exist from the start.
const SECRETS: [&str; 7] =
    [seed::TOKEN, seed::ACCESS_KEY, seed::SECRET_KEY, seed::PASSWORD, seed::ID_TOKEN, CANARY, CANARY_KEY];

/// All secrets of a run: those that exist from the start, and those that were handed out on the way and so were sent.
fn secrets(sandbox: &Sandbox) -> BTreeSet<String> {
    let mut secrets: BTreeSet<_> = SECRETS.iter().map(|secret| (*secret).to_owned()).collect();
    for request in sandbox.requests() {
        let headers = ["x-auth-token", "x-security-token", "x-metadata-token"];
        secrets.extend(headers.iter().filter_map(|name| request.header(name)).map(str::to_owned));
        let authorization = request.header("authorization").unwrap_or_default();
        for part in ["Access=", "Signature="] {
            let value = authorization.split(part).nth(1).and_then(|rest| rest.split(',').next());
            secrets.extend(value.map(str::to_owned));
        }
    }
    secrets
}

/// Everything that an apply of a saved plan leaves at the highest log level: output, log, state and plan.
fn everything_left(host: &str, sandbox: &Sandbox, way: &Way) -> String {
    let configuration = format!("provider \"maas\" {{\n{}\n}}\n{ALL}", way.block);
    let workdir = Workdir::without_sandbox(host, &configuration).env("HW_ECS_METADATA_ENDPOINT", sandbox.url());
    let log = workdir.path("log.txt");
    let log_path = log.to_str().expect("text").to_owned();
    let workdir = workdir.env("TF_LOG_PROVIDER", "TRACE").env("TF_LOG_PATH", &log_path).env("HW_MAX_RETRIES", "1");
    let endpoints = sandbox.environment().into_iter().filter(|(name, _)| *name != "HW_AUTH_TOKEN");
    let workdir = endpoints.fold(workdir, |workdir, (name, value)| workdir.env(name, &value));
    let workdir = way.variables.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
    std::fs::create_dir(workdir.path(".hcloud")).expect("creates");
    let profile = json!([{"name": "main", "accessKeyId": seed::ACCESS_KEY, "secretAccessKey": seed::SECRET_KEY}]);
    std::fs::write(workdir.path(".hcloud/config.json"), json!({ "profiles": profile }).to_string()).expect("writes");

    let plan = workdir.run(&["plan", "-out=plan.bin"]);
    let mut left = vec![plan.stdout, plan.stderr];
    if plan.success {
        let apply = workdir.run(&["apply", "plan.bin"]).succeeded();
        left.extend([apply.stdout, apply.stderr, unpacked(&workdir)]);
        left.push(std::fs::read_to_string(workdir.root().join("terraform.tfstate")).expect("a state"));
    }
    let log = std::fs::read_to_string(log).expect("a log");
    assert!(log.contains("sent a request") && log.contains("http_status"), "the provider logs: {log}");
    left.push(log);
    left.concat()
}

/// The files in a saved plan.
fn unpacked(workdir: &Workdir) -> String {
    let file = std::fs::File::open(workdir.path("plan.bin")).expect("a plan");
    let mut plan = zip::ZipArchive::new(file).expect("a zip");
    let mut text = String::new();
    for index in 0..plan.len() {
        let mut bytes = Vec::new();
        plan.by_index(index).expect("an entry").read_to_end(&mut bytes).expect("reads");
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    assert!(text.contains("maas_workspaces"), "the plan was read");
    text
}

/// Shorter pieces of a canary are not recognized.
const PIECE: usize = 12;

fn assert_none_left(left: &str, sandbox: &Sandbox) {
    for secret in secrets(sandbox) {
        assert!(!left.contains(&secret), "{secret} is in what {:?} left", sandbox.requests().last());
    }
    assert_no_piece_left(left, CANARY);
}

/// Neither the canary nor a piece of it is there, in no encoding. What Terraform itself writes may quote the text once more.
fn assert_no_piece_left(left: &str, canary: &str) {
    let left: String = left.split_whitespace().filter(|part| *part != "│").collect();
    for encoded in encodings(canary) {
        for piece in [encoded.get(..PIECE), encoded.get(encoded.len() - PIECE..), Some(&*encoded)].into_iter().flatten()
        {
            for piece in [piece.to_owned(), json_escaped(piece)] {
                assert!(!left.contains(&piece), "{piece} is in {left}");
            }
        }
    }
}

/// The canary as services, gateways and proxies may repeat it.
fn encodings(canary: &str) -> Vec<String> {
    let each = |format: fn(u8) -> String| canary.bytes().map(format).collect::<Vec<_>>().concat();
    let html = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")];
    vec![
        canary.to_owned(),
        json_escaped(canary),
        json_escaped(canary).replace('/', "\\/"),
        json_escaped(&json_escaped(canary)),
        each(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("\\u{byte:04x}") }),
        each(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") }),
        each(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02x}") }),
        html.iter().fold(canary.to_owned(), |text, (c, name)| text.replace(*c, name)),
        each(|byte| format!("&#{byte};")),
        each(|byte| format!("&#x{byte:x};")),
        each(|byte| format!("&#{byte:020};")),
        each(|byte| format!("%u{byte:04x}")),
        BASE64.encode(canary),
        BASE64.encode(BASE64.encode(canary)),
        BASE64.encode(format!("ann:{canary}")),
        canary.replace('"', "\"\"").replace('\'', "''"),
        each(|byte| format!("\\x{byte:02x}")),
        each(|byte| format!("{byte:02x}")),
    ]
}

fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[test]
fn each_source_right_or_wrong_at_trace_then_no_secret_is_anywhere() {
    with_each_host(|host| {
        for way in ways() {
            let sandbox = cloud().start();
            let left = everything_left(host, &sandbox, &way);
            assert!(!sandbox.requests().is_empty());
            assert_none_left(&left, &sandbox);
        }
    });
}

#[test]
fn service_sends_the_secret_back_then_it_is_not_repeated() {
    with_each_host(|host| {
        let echoed = format!("the token {CANARY} is wrong");
        let faults = [
            Fault::error(400, CANARY, echoed.clone()),
            Fault::gateway_error(401, "APIGW.0301", echoed.clone()),
            Fault::error(400, "ModelArts.0104", "no").header("X-Request-Id", CANARY),
            Fault::redirect(&format!("http://ann:hunter2-of-a-user@127.0.0.1/a?ticket=hunter2-of-a-query&t={CANARY}")),
            Fault::body(200, "application/json", json!({ "workspaces": CANARY }).to_string()),
            Fault::body(200, "text/html", format!("<html><title>{CANARY}</title>{CANARY}")),
            Fault::body(400, "text/html", format!("<h1>{CANARY}</h1>")).header("Server", CANARY),
            Fault::body(502, "text/plain", echoed),
        ];
        for fault in faults {
            let left = left_of_echo(host, fault);
            assert!(!left.contains("hunter2"), "{left}");
        }
    });
}

/// Everything that is left when the service fails in this way, and the token was the canary.
fn left_of_echo(host: &str, fault: Fault) -> String {
    let sandbox = Sandbox::builder().fault(fault).start();
    let left = everything_left(host, &sandbox, &way(&[("HW_AUTH_TOKEN", CANARY)], ""));
    assert_none_left(&left, &sandbox);
    assert_eq!(sandbox.requests()[0].header("x-auth-token"), Some(CANARY), "it was sent where it belongs");
    left
}

#[test]
fn service_sends_the_secret_back_encoded_or_cut_off_then_it_is_not_repeated() {
    with_each_host(|host| {
        let text = encodings(CANARY).join(" and ");
        let cut_off = format!("{text} and {}... or ...{}", &CANARY[..20], &CANARY[10..]);
        let left = left_of_echo(host, Fault::error(400, "ModelArts.0104", format!("The token {cut_off} is wrong")));
        assert!(left.contains("The token (secret)") && left.contains("(secret)..."), "it was redacted: {left}");
        left_of_echo(host, Fault::body(502, "text/plain", format!("GET / HTTP/1.1 {cut_off}")));
        left_of_echo(host, Fault::body(400, "text/html", format!("<html><title>{cut_off}</title>")));
        left_of_echo(host, Fault::error(400, "ModelArts.0104", "no").header("X-Request-Id", &CANARY[..20]));
    });
}

#[test]
fn sign_in_fails_in_an_odd_way_then_no_secret_is_anywhere() {
    with_each_host(|host| {
        let password = way(&[("HW_USER_ID", seed::USER_ID), ("HW_USER_PASSWORD", CANARY)], "");
        let body = |body: String| Fault::body(200, "application/json", body);
        let faults = [
            Fault::error(400, "IAM.0001", format!("bad {CANARY}")).on(Api::Tokens),
            body(json!({ "token": CANARY }).to_string()).on(Api::Tokens),
            body("{}".to_owned()).header("X-Subject-Token", "canary-of-the-answer").on(Api::Tokens),
        ];
        for fault in faults {
            let sandbox = Sandbox::builder().fault(fault).start();
            let left = everything_left(host, &sandbox, &password);
            assert_none_left(&left, &sandbox);
            assert!(!left.contains("canary-of-the-answer"));
        }
        let agency = format!("assume_role {{\n agency_name = \"x\"\n domain_name = \"{}\"\n}}", seed::DOMAIN_NAME);
        let keys = way(&[("HW_ACCESS_KEY", seed::ACCESS_KEY), ("HW_SECRET_KEY", seed::SECRET_KEY)], &agency);
        let odd = body(json!({ "credential": { "access": CANARY, "secret": [CANARY] } }).to_string());
        let sandbox = Sandbox::builder().fault(odd.on(Api::SecurityTokens)).start();
        let left = everything_left(host, &sandbox, &keys);
        assert_none_left(&left, &sandbox);
    });
}

#[test]
fn key_or_id_token_where_a_path_belongs_then_it_is_not_repeated() {
    with_each_host(|host| {
        let (base64, jwt) = (format!("LS0tLS1CRUdJTiB{CANARY_KEY}"), format!("eyJhbGciOiJub25lIn0.{CANARY_KEY}."));
        let oidc = [
            ("HW_ASSUME_ROLE_IDP_ID", seed::IDP_ID),
            ("HW_ASSUME_ROLE_ID_TOKEN_FILE", &jwt),
            ("HW_ASSUME_ROLE_AGENCY_NAME", seed::AGENCY_NAME),
            ("HW_ASSUME_ROLE_DOMAIN_ID", seed::DOMAIN_ID),
        ];
        for way in [
            way(&[], &format!("cert = \"-----BEGIN\"\nkey = \"{base64}\"")),
            way(&[("OS_CERT", "-----BEGIN"), ("OS_KEY", &base64)], ""),
            way(&oidc, ""),
        ] {
            let sandbox = Sandbox::builder().start();
            let configuration = format!("provider \"maas\" {{\n{}\n}}\n{ALL}", way.block);
            let workdir = Workdir::new(host, &sandbox, &configuration).env("TF_LOG_PROVIDER", "TRACE");
            let workdir = way.variables.iter().fold(workdir, |workdir, (name, value)| workdir.env(name, value));
            let run = workdir.run(&["plan"]);
            let left = [run.stdout.as_str(), &run.stderr].concat();
            assert!(!run.success && left.contains("is not shown"), "{left}");
            assert_none_left(&left, &sandbox);
        }
    });
}
