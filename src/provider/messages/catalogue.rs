//! Every message once, with what is behind it: the troubleshooting guide and the snapshot test are made from this.

mod proxies;
mod tls;

use std::io;
use std::path::Path;
use std::time::Duration;

use reqwest::{Method, StatusCode};

use self::proxies::proxies;
#[allow(clippy::wildcard_imports, reason = "all of them are shown here")]
use super::*;
use crate::huaweicloud::{BodyProblem, Error, ErrorKind, Purpose, ServiceError, Trace, WebPage};
use crate::terraform::{Step, messages as general};

/// A message as a user may read it, and what to make of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Under which heading it stands in the guide.
    pub section: &'static str,
    /// An example of it.
    pub diagnostic: Diagnostic,
    /// Why it comes.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// All messages, by section.
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    [
        configuration(),
        values(),
        signing_in(),
        refused_on_the_way(),
        network(),
        proxies(),
        tls::tls(),
        refusals(),
        answers(),
        results(),
        host(),
    ]
    .concat()
}

type Row = (Diagnostic, &'static str, &'static str);

fn section<const N: usize>(section: &'static str, rows: [Row; N]) -> Vec<Entry> {
    rows.map(|(diagnostic, cause, remedy)| Entry { section, diagnostic, cause, remedy }).into()
}

fn configuration() -> Vec<Entry> {
    section(
        "Configuration",
        [
            (
                unknown_service("mass", &["maas", "modelarts", "iam", "sts"]),
                "`endpoints` has a key that is no service of this provider.",
                "Correct the key.",
            ),
            (
                bad_endpoint("`endpoints[\"maas\"]`", EndpointError::Scheme),
                "A URL in `endpoints`, `auth_url` or a variable is not one that can be used.",
                "Give scheme, host and, if need be, port and path; no user, no query.",
            ),
            (bad_region("eu/west"), "A region has characters that no host name has.", "Correct `region`."),
            (
                bad_cloud("HW_CLOUD", "https://x"),
                "`cloud` or HW_CLOUD is a URL or something else that is no domain.",
                "Give the domain only.",
            ),
            (
                bad_regex("name_regex", &re2::Pattern::new("^team-(?=a)").expect_err("not RE2 syntax")),
                "The pattern is not in RE2 syntax, which lacks back references, lookahead and lookbehind.",
                "Correct the pattern at the character that the message names.",
            ),
            (
                bad_path_segment("region_id", ".."),
                "The value would change the path of the request.",
                "Leave the argument out, or give the id.",
            ),
            (bad_duration("90"), "`timeouts` has something that is no duration.", "Give a number and a unit."),
            (
                bad_number("max_retries", "1.5", &(0..=100)),
                "A number is no whole one, or out of its range.",
                "Give one in the range that the message names.",
            ),
            (bad_truth("HW_INSECURE", "yes"), "A variable is neither true nor false.", "Set it to true or false."),
            (
                not_one_of("lang", "de", &["en", "zh"]),
                "An argument takes only certain values, and has another one.",
                "Use one of those that the message names.",
            ),
            (empty_argument("agency_name"), "An argument that has to say something is empty.", "Give it a value."),
            (neither_set("name", "workspace_id"), "A data source for one thing is not told which.", "Set one of them."),
            (both_set("id_token", "id_token_file"), "Two arguments stand for the same thing.", "Remove one of them."),
            (
                half_a_pair("access_key", "secret_key"),
                "Of two values that belong together, one is missing in the block and in the environment.",
                "Set the other one too.",
            ),
            (
                agency_without_account("ops"),
                "An agency is named without its account.",
                "Set `domain_name` or `domain_id` in the same block.",
            ),
            (
                missing_region(),
                "No source has a region: neither the block, nor a profile, nor the environment.",
                "Set `region` or HW_REGION_NAME.",
            ),
            (
                region_behind_endpoint("cn-southwest-2"),
                "A data source has a `region` of its own, and the provider an endpoint of its own, which is that of one \
                 region.",
                "Use a provider block with an alias for the other region.",
            ),
            (
                unreadable_file("cacert_file", Path::new("/etc/ca.pem"), &io::ErrorKind::NotFound.into()),
                "An argument names a file that is not there or may not be read.",
                "Correct the path, or paste the PEM itself.",
            ),
            (
                unreadable_key(&io::ErrorKind::NotFound.into()),
                "`key` is a key in another form than PEM, such as its base64 without the first and last line, or a path \
                 that leads nowhere.",
                "Give the key in PEM, with its first and last line, or correct the path.",
            ),
            (
                general::read_only(&AttributePath::attribute("total_count")),
                "A configuration sets an attribute that is only read.",
                "Remove it.",
            ),
            (
                general::required_is_null(&AttributePath::attribute("assume_role").with(Step::Index(0))),
                "A required argument is set to null, often through a variable.",
                "Give it a value.",
            ),
        ],
    )
}

fn values() -> Vec<Entry> {
    section(
        "Values and environment variables",
        [
            (
                not_unicode(&["HW_REGION_NAME".to_owned()]),
                "An environment variable that the provider reads has bytes that are not UTF-8.",
                "Set it again, or unset it.",
            ),
            (
                no_home("cacert_file"),
                "A path begins with `~`, and neither HOME nor the user database has a home folder.",
                "Set HOME, or give the whole path.",
            ),
            (
                bad_secret("`secret_key`", &SecretProblem::Character(9, "a line break")),
                "A secret, a user name or a user id has a character inside that it cannot contain. White space around keys \
                 and tokens is removed, and line breaks at the end of passwords and names.",
                "Correct the value.",
            ),
            (
                half_of_variables("OS_CERT", "`key` or OS_KEY"),
                "The environment has a client certificate without its key, or a key without its certificate.",
                "Set both, or neither.",
            ),
        ],
    )
}

fn signing_in() -> Vec<Entry> {
    let passed_over = [
        "provider block: token is not set; access_key is not set; user_name or user_id is not set",
        "provider block: neither profile nor shared_config_file is set",
        "environment: HW_AUTH_TOKEN is not set; HW_ACCESS_KEY is set, HW_SECRET_KEY is not; HW_USER_NAME or HW_USER_ID \
         is not set",
        "environment: neither HW_PROFILE nor HW_SHARED_CONFIG_FILE is set",
    ];
    let path = Path::new("/home/ann/.hcloud/config.json");
    let known = vec!["dev".to_owned(), "prod".to_owned()];
    section(
        "Signing in",
        [
            (
                no_credentials(&passed_over.map(str::to_owned), "this machine has no ECS metadata service"),
                "No source of credentials has everything that it needs.",
                "Complete one of them; the list says what each lacks.",
            ),
            (
                bad_profile(path, &SharedConfigError::File("No such file or directory".to_owned())),
                "A profile is named, but KooCLI's file is not there.",
                "Correct the path, or make the file with KooCLI.",
            ),
            (
                bad_profile(path, &SharedConfigError::NoProfile { name: "test".to_owned(), known }),
                "KooCLI's file has no profile of that name.",
                "Use one of those that it has.",
            ),
            (
                bad_profile(path, &SharedConfigError::Encrypted("prod".to_owned())),
                "KooCLI encrypts its secrets unless it is told not to.",
                "Turn encryption off, and configure the profile again.",
            ),
            (
                bad_profile(path, &SharedConfigError::Json("line 3, column 7 is not as expected".to_owned())),
                "KooCLI's file was damaged, or is another file.",
                "Mend it, or name the right one.",
            ),
            (
                missing_for_oidc("idp_id", "HW_ASSUME_ROLE_IDP_ID"),
                "The sign-in with an ID token lacks a part.",
                "Set it.",
            ),
            (
                id_token(Some("/run/id-token"), "the file is empty"),
                "The file with the ID token is missing, empty or not readable.",
                "Check what writes it.",
            ),
            (
                id_token(None, "File name too long (os error 36)"),
                "The ID token itself stands where the path of its file should.",
                "Give the path, or set `id_token` or HW_ASSUME_ROLE_ID_TOKEN instead.",
            ),
            (
                of(ErrorKind::Unsendable("token")).unsent(),
                "A secret was pasted with a line break or another character that no header can carry.",
                "Paste it again.",
            ),
        ],
    )
}

fn refused_on_the_way() -> Vec<Entry> {
    section(
        "Signing in",
        [
            (
                refused(401, "APIGW.0301", "Incorrect IAM authentication information: verify aksk signature fail")
                    .diagnostic(),
                "The key or token is wrong, has expired, or is for another region. What cannot be renewed is not tried \
                 again, since five wrong signatures lock a key for five minutes.",
                "Correct the credentials.",
            ),
            (
                refused(401, "APIGW.0301", "Incorrect IAM authentication information").elsewhere(),
                "Several data sources needed the same credentials. One error describes the refusal; the others refer to it.",
                "Read the error of the other data source.",
            ),
            (
                refused(401, "APIGW.0301", "Incorrect IAM authentication information: signature expired")
                    .clock_ahead(-1_260)
                    .diagnostic(),
                "The clock of this machine is off; a signature is good for 15 minutes.",
                "Set the clock.",
            ),
            (
                refused(401, "401", "The username or password is wrong.").purpose(Purpose::SignIn).diagnostic(),
                "IAM does not know the user, the password or the account.",
                "Correct them. They are not tried again in the same run.",
            ),
            (
                refused(404, "404", "Could not find agency ops in that account.")
                    .purpose(Purpose::AssumeAgency)
                    .diagnostic(),
                "The account has no such agency, the keys should live for longer than they may, or the caller may not \
                 assume it.",
                "Correct the block `assume_role`, or let the caller assume the agency in IAM.",
            ),
            (
                of(ErrorKind::NoProject("ap-southeast-1_dev".to_owned())).purpose(Purpose::FindProject).diagnostic(),
                "IAM knows no project of that name in the account.",
                "Set `project_id`, or correct `project_name`.",
            ),
            (
                of(ErrorKind::SeveralProjects {
                    name: "dev".to_owned(),
                    ids: vec!["0a1b".to_owned(), "2c3d".to_owned()],
                })
                .purpose(Purpose::FindProject)
                .diagnostic(),
                "Several projects have that name.",
                "Set `project_id`.",
            ),
            (
                of(ErrorKind::ProjectId("..".to_owned())).purpose(Purpose::FindProject).diagnostic(),
                "IAM responded with a project whose id would change the path of requests.",
                "Check `auth_url` and the proxy, or set `project_id`.",
            ),
            (
                of(ErrorKind::NoToken).purpose(Purpose::SignIn).status(201).diagnostic(),
                "Something else than IAM answered, or IAM answered otherwise than documented.",
                "Check `auth_url` and the proxy.",
            ),
        ],
    )
}

fn network() -> Vec<Entry> {
    section(
        "Network",
        [
            (
                of(ErrorKind::HostNotFound("modelarts.ap-southeast-9.myhuaweicloud.com".to_owned()))
                    .url("https://modelarts.ap-southeast-9.myhuaweicloud.com/v1/PROJECT/maas/services/workspace/ap-southeast-9")
                    .diagnostic(),
                "The region, and so the host, does not exist, or the name server does not know it.",
                "Correct the region; behind a proxy, set HTTPS_PROXY.",
            ),
            (
                of(ErrorKind::Unreachable(
                    "the host name modelarts.ap-southeast-1.myhuaweicloud.com cannot be resolved now: the name servers failed or \
                     did not respond"
                        .to_owned(),
                ))
                .attempts(6)
                .diagnostic(),
                "The name server did not answer, or could not ask others. The name itself may be right.",
                "Try again later; check the network and the name server.",
            ),
            (
                of(ErrorKind::Unreachable("Connection refused (os error 111)".to_owned())).attempts(6).diagnostic(),
                "Nobody answers at that address, or a firewall does not let the request through.",
                "Check the network, the proxy and `endpoints`.",
            ),
            (
                of(ErrorKind::AttemptTimedOut(Duration::from_mins(1))).attempts(4).elapsed(247).diagnostic(),
                "The service took the request and did not answer.",
                "Try again later.",
            ),
            (
                of(ErrorKind::Queued(Duration::from_mins(5))).attempts(0).diagnostic(),
                "The configuration reads more at once than the service answers in that time.",
                "Raise `timeouts`, or split the configuration.",
            ),
            (
                of(ErrorKind::Unreachable("Connection refused (os error 111)".to_owned())).attempts(6).elsewhere(),
                "Several data sources needed the response to one request. One error describes its failure; the others \
                 refer to it.",
                "Read the error of the other data source.",
            ),
            (
                of(ErrorKind::WaitedForProof(Duration::from_secs(30))).attempts(0).elapsed(30).diagnostic(),
                "Until one response shows that credentials are valid, only one request with them is in flight. The \
                 response to that one took longer than this read may take.",
                "Raise `timeouts`, or find out what is slow.",
            ),
            (
                of(ErrorKind::CredentialsUnproven).attempts(2).elapsed(120).diagnostic(),
                "Two requests had no response within a minute each. The service may have refused both; further ones \
                 could lock the key or the user.",
                "Check the network and the proxy, then run Terraform again.",
            ),
            (
                of(ErrorKind::TimedOut(Duration::from_mins(5))).attempts(5).elapsed(300).diagnostic(),
                "All attempts together took longer than the read may take.",
                "Raise `timeouts`, or find out what is slow.",
            ),
            (
                of(ErrorKind::Redirect("https://login.example.com/".to_owned())).status(302).diagnostic(),
                "Something answered that wants the client to go elsewhere, often a proxy's sign-in.",
                "Sign in to the proxy, or correct `endpoints`.",
            ),
            (
                of(ErrorKind::Body(BodyProblem::Html(page("Sign in", None).into()))).status(200).diagnostic(),
                "A web page came instead of JSON, such as the page of a network that requires authentication.",
                "Authenticate to the network, or correct `endpoints`.",
            ),
            (
                of(ErrorKind::Option { argument: "cert", problem: "it holds no certificate in PEM".to_owned() })
                    .unsent(),
                "A certificate, key or proxy is not what it should be.",
                "Correct the argument, or the variable that stands for it.",
            ),
        ],
    )
}

fn refusals() -> Vec<Entry> {
    section(
        "Refusals of the service",
        [
            (
                refused(400, "ModelArts.0104", "Invalid token.").diagnostic(),
                "The service does not accept something in the request. It uses this code for anything, and this message \
                 too.",
                "Check the arguments of the data source, `project_id` and the credentials.",
            ),
            (
                refused(401, "ModelArts.8503", "No permission.").diagnostic(),
                "A permission is missing, whatever the status says.",
                "Ask for it in IAM.",
            ),
            (
                refused(403, "ModelArts.0010", "Insufficient permissions.").diagnostic(),
                "A permission is missing, or the credentials are for another project.",
                "Ask for it in IAM, or correct `project_id`.",
            ),
            (
                refused(404, "APIGW.0101", "The API does not exist or has not been published in the environment")
                    .diagnostic(),
                "The region has ModelArts, but not this API.",
                "Use a region for which MaaS is documented.",
            ),
            (
                of(ErrorKind::Service(ServiceError::default())).status(407).diagnostic(),
                "The proxy wants a user and a password.",
                "Put them into HTTPS_PROXY.",
            ),
            (
                refused(429, "APIG.0308", "The throttling threshold has been reached").attempts(6).diagnostic(),
                "Too many requests in too short a time, and the retries did not help.",
                "Wait, and read less at a time.",
            ),
            (
                refused(429, "APIG.0308", "The throttling threshold has been reached").retry_after(600).diagnostic(),
                "The service asks to be left alone for longer than the read may take.",
                "Wait, or raise `timeouts`.",
            ),
            (
                refused(200, "ModelArts.0010", "Insufficient permissions.").diagnostic(),
                "The service refuses the request, although its status says otherwise.",
                "Check the arguments of the data source, `project_id` and the credentials.",
            ),
            (
                refused(503, "APIG.0201", "Service Unavailable").attempts(6).diagnostic(),
                "The service is down, and the retries did not help.",
                "Try again later.",
            ),
        ],
    )
}

fn answers() -> Vec<Entry> {
    let body = |problem| of(ErrorKind::Body(problem)).status(200).diagnostic();
    let wrong_type = BodyProblem::WrongType {
        path: "workspaces[3].id".to_owned(),
        problem: "invalid type: map, expected a string or a number at line 1 column 44".to_owned(),
    };
    section(
        "Answers that cannot be understood",
        [
            (
                web_page(403, page("403 Forbidden", Some("squid/6.6")))
                    .proxy("http://proxy.example.com:3128")
                    .diagnostic(),
                "A proxy or a gateway responded, not the service.",
                "Check the proxy and `endpoints`.",
            ),
            (
                web_page(502, page("502 Bad Gateway", Some("nginx/1.22.1"))).diagnostic(),
                "A gateway responded, and cannot reach the service behind it.",
                "Try again later.",
            ),
            (
                web_page(401, WebPage { requires_basic: true, ..page("401 Authorization Required", Some("nginx")) })
                    .diagnostic(),
                "A server in front of the API requires a user and a password of its own.",
                "Check `endpoints`.",
            ),
            (
                web_page(400, page("400 No required SSL certificate was sent", Some("nginx/1.22.1"))).diagnostic(),
                "The endpoint requires a client certificate.",
                "Set `cert` and `key`.",
            ),
            (
                web_page(400, page("400 Request Header Or Cookie Too Large", Some("nginx/1.22.1"))).diagnostic(),
                "A gateway does not accept headers as long as a token.",
                "Raise the limit of the gateway, or use an access key.",
            ),
            (body(BodyProblem::Empty), "The service said yes and nothing else.", "Try again; check the proxy."),
            (body(BodyProblem::Truncated), "The connection broke off, also when tried again.", "Check the proxy."),
            (body(BodyProblem::TooLong(64)), "The answer is longer than any that is known.", "Check `endpoints`."),
            (body(BodyProblem::NotUtf8), "The answer is no text.", "Check `endpoints` and the proxy."),
            (
                body(BodyProblem::NotJson("expected value at line 1 column 1".to_owned())),
                "The answer is text, but not JSON.",
                "Check `endpoints` and the proxy.",
            ),
            (
                body(BodyProblem::WrongWhole("an object without `workspaces` at line 1 column 15".to_owned())),
                "Another service answered, or this one otherwise than documented. It is not taken for an empty list.",
                "Check `endpoints`.",
            ),
            (body(wrong_type), "The answer has another shape than documented.", "Report it, with the message."),
        ],
    )
}

fn page(title: &str, server: Option<&str>) -> WebPage {
    WebPage { title: Some(title.to_owned()), server: server.map(str::to_owned), ..WebPage::default() }
}

fn web_page(status: u16, page: WebPage) -> Example {
    of(ErrorKind::Service(ServiceError { web_page: Some(page.into()), ..ServiceError::default() })).status(status)
}

fn results() -> Vec<Entry> {
    let seen = || vec!["default (0)".to_owned(), "team-a (1f0e)".to_owned()];
    let incomplete = incomplete_list("workspaces", Some(1_200), 1_000);
    section(
        "Results",
        [
            (
                no_such_value("auth_type", "pubic", &["internal", "private", "public"].map(str::to_owned), 0),
                "The service returned a list, but a filter on `auth_type`, `status` or `source` removed everything in it.",
                "Use a value that the message lists; ignore the warning if nothing has the value for now.",
            ),
            (
                none_found("workspace", "ap-southeast-1", "the name `prod`", seen()),
                "Nothing has the name or id that was asked for.",
                "Correct it; the message lists what there is.",
            ),
            (
                several_found("workspace", "ap-southeast-1", "the name `team-a`", seen()),
                "Several things have the name that was asked for.",
                "Ask by id.",
            ),
        ],
    )
    .into_iter()
    .chain(incomplete.map(|diagnostic| Entry {
        section: "Results",
        diagnostic,
        cause: "The service has more than it sent, and its API has no pages.",
        remedy: "Do not rely on the list being complete.",
    }))
    .collect()
}

fn host() -> Vec<Entry> {
    let ReadError::ProviderUnknown(unknown) = unknown_setting("project_id") else { return Vec::new() };
    section(
        "Terraform and OpenTofu",
        [
            (
                unknown,
                "The provider block depends on a resource that is not there yet, and a data source is read before it.",
                "Apply that resource first, or give the provider a value that is known.",
            ),
            (
                general::unknown_configuration(),
                "The host asked for a read before it knew all arguments.",
                "Report it to the host's project.",
            ),
            (
                general::interrupted("ReadDataSource"),
                "The run was interrupted, for example by Ctrl-C, while a read was under way.",
                "Run it again.",
            ),
            (
                general::panicked("ReadDataSource", "index out of bounds"),
                "A bug in the provider. Only that one call failed.",
                "Report it.",
            ),
            (
                general::too_much_read(300 << 20, 256 << 20),
                "The list is larger than what the plugin protocol can carry.",
                "Ask for less, with filters.",
            ),
            (
                general::malformed(&"a bool is required"),
                "The host and the provider disagree about the schema, for example after the provider was replaced while \
                 a debug session was attached.",
                "Run `init` again; report it if it stays so.",
            ),
            (general::not_configured(), "The host skipped a step of the protocol.", "Report it to the host's project."),
            (
                general::no_such("data source", "maas_workspacs"),
                "The installed version does not have that object.",
                "Correct the name, or install a newer version.",
            ),
        ],
    )
}

fn id_token(path: Option<&str>, problem: &str) -> Diagnostic {
    let kind = ErrorKind::IdToken { path: path.map(str::to_owned), problem: problem.to_owned() };
    of(kind).purpose(Purpose::ExchangeIdToken).unsent()
}

/// A failed request in the making.
struct Example(Error, Box<Trace>);

fn of(kind: ErrorKind) -> Example {
    let url = "https://modelarts.ap-southeast-1.myhuaweicloud.com/v1/PROJECT/maas/services/workspace/ap-southeast-1";
    let trace = Trace {
        id: 0,
        method: Method::GET,
        url: url.to_owned(),
        proxy: None,
        status: None,
        request_id: None,
        attempts: 1,
        elapsed: Duration::from_millis(200),
        clock_ahead: None,
        retry_after: None,
    };
    Example(Error { purpose: Purpose::Read, trace: None, kind }, Box::new(trace))
}

fn refused(status: u16, code: &str, message: &str) -> Example {
    let (code, message) = (Some(code.to_owned()), Some(message.to_owned()));
    let kind = ErrorKind::Service(ServiceError { code, message, web_page: None });
    let mut example = of(kind).status(status);
    example.1.request_id = Some("2f6c1e0a9d7b4c3e8f5a6b7c8d9e0f1a".to_owned());
    example
}

impl Example {
    fn url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.1.url);
        self
    }

    /// The proxy on the way.
    fn proxy(mut self, proxy: &str) -> Self {
        self.1.proxy = Some(proxy.to_owned());
        self
    }

    /// How long it took, in seconds.
    fn elapsed(mut self, seconds: u64) -> Self {
        self.1.elapsed = Duration::from_secs(seconds);
        self
    }

    /// A step on the way, which has a request of its own.
    fn purpose(mut self, purpose: Purpose) -> Self {
        let (method, path) = match purpose {
            Purpose::FindProject => (Method::GET, "/v3/projects?name=..."),
            Purpose::AssumeAgency => (Method::POST, "/v3.0/OS-CREDENTIAL/securitytokens"),
            _ => (Method::POST, "/v3/auth/tokens?nocatalog=..."),
        };
        (self.1.method, self.1.url) = (method, format!("https://iam.ap-southeast-1.myhuaweicloud.com{path}"));
        self.0.purpose = purpose;
        self
    }

    fn status(mut self, status: u16) -> Self {
        self.1.status = StatusCode::from_u16(status).ok();
        self
    }

    fn attempts(mut self, attempts: u32) -> Self {
        self.1.attempts = attempts;
        self
    }

    fn clock_ahead(mut self, seconds: i64) -> Self {
        self.1.clock_ahead = Some(seconds);
        self
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.1.retry_after = Some(Duration::from_secs(seconds));
        self
    }

    /// The message about a request that was sent.
    fn diagnostic(self) -> Diagnostic {
        request_failed("List the workspaces", &Error { trace: Some(self.1), ..self.0 })
    }

    /// The message about one that another read reports.
    fn elsewhere(self) -> Diagnostic {
        reported_elsewhere("List the workspaces", &Error { trace: Some(self.1), ..self.0 })
    }

    /// The message about one that was not.
    fn unsent(self) -> Diagnostic {
        request_failed("List the workspaces", &self.0)
    }
}
