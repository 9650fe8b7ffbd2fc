//! Every message once, with what is behind it: the troubleshooting guide and the snapshot test are made from this.

mod endpoint;
mod example;
mod host;
mod proxies;
mod responses;
mod tls;

use std::io;
use std::path::Path;
use std::time::Duration;

use self::example::{of, refused};
use self::host::host;
use self::proxies::proxies;
use self::responses::{page, responses};
#[allow(clippy::wildcard_imports, reason = "all of them are shown here")]
use super::*;
use crate::huaweicloud::{BodyProblem, ErrorKind, Purpose, ServiceError};
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
        responses(),
        results(),
        endpoint::endpoint(),
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
                from_profile(bad_region("eu/west"), "dev", Path::new("/home/ann/.hcloud/config.json")),
                "A profile of KooCLI has a value that the provider cannot use.",
                "Correct the profile with `hcloud configure set`, or set the argument.",
            ),
            (
                from_environment(bad_cloud("https://x"), "HW_CLOUD"),
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
            (
                from_environment(bad_truth("insecure", "yes"), "HW_INSECURE"),
                "An environment variable is neither true nor false.",
                "Set it to true or false.",
            ),
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

fn results() -> Vec<Entry> {
    let seen = |values: &[&str]| Seen::of(values, values.len(), |value| (*value).to_owned());
    let names = seen(&["default (0)", "team-a (1f0e)"]);
    let auth_types = seen(&["\"internal\"", "\"private\"", "\"public\""]);
    let incomplete = incomplete_list("workspaces", Some(1_200), 1_000);
    section(
        "Results",
        [
            (
                no_such_value("auth_type", "pubic", &auth_types),
                "The service returned a list, but a filter on `auth_type`, `status` or `source` removed everything in it.",
                "Use a value that the message lists; ignore the warning if nothing has the value for now.",
            ),
            (
                none_found("workspace", "ap-southeast-1", "the name `prod`", &names),
                "Nothing has the name or id that was asked for.",
                "Correct it; the message lists what there is.",
            ),
            (
                several_found("workspace", "ap-southeast-1", "the name `team-a`", &names),
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

fn id_token(path: Option<&str>, problem: &str) -> Diagnostic {
    let kind = ErrorKind::IdToken { path: path.map(str::to_owned), problem: problem.to_owned() };
    of(kind).purpose(Purpose::ExchangeIdToken).unsent()
}
