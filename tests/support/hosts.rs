//! The hosts that the tests run: each program that the environment variable `TERRAFORM` names, else `terraform` and `tofu`
//! on PATH. A host that lacks a feature is named on stderr for each test that it cannot run: those lines contain `NOT RUN`.
#![allow(dead_code, reason = "each package of tests needs some of the features")]

use std::fmt;
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::{Path, absolute};
use std::process::Command;
use std::sync::OnceLock;

/// Paths of hosts, separated as in PATH.
const VARIABLE: &str = "TERRAFORM";

/// The host that the tests need unless [`VARIABLE`] names others.
const REQUIRED: &str = "terraform";

/// The host that the tests run as well if it is on PATH.
const OPTIONAL: &str = "tofu";

/// A minor version, such as 1.8.
pub(crate) type Version = (u32, u32);

/// What some versions of hosts lack, and the first version of each that has it.
pub(crate) struct Feature {
    name: &'static str,
    terraform: Option<Version>,
    tofu: Option<Version>,
}

/// `precondition` in a `lifecycle` block.
pub(crate) const PRECONDITIONS: Feature =
    Feature { name: "preconditions", terraform: Some((1, 2)), tofu: Some((1, 6)) };

/// `resource "terraform_data"`.
pub(crate) const TERRAFORM_DATA: Feature =
    Feature { name: "`terraform_data`", terraform: Some((1, 4)), tofu: Some((1, 6)) };

/// `provider::maas::rfc3339(...)`.
pub(crate) const FUNCTIONS: Feature =
    Feature { name: "functions of providers", terraform: Some((1, 8)), tofu: Some((1, 7)) };

/// OpenTofu's `console` starts no provider for a function.
pub(crate) const FUNCTIONS_IN_CONSOLE: Feature =
    Feature { name: "functions of providers in `console`", terraform: Some((1, 8)), tofu: None };

/// `check` blocks.
pub(crate) const CHECKS: Feature = Feature { name: "`check` blocks", terraform: Some((1, 5)), tofu: Some((1, 6)) };

/// `mock_provider` in files of the command `test`.
pub(crate) const MOCKS: Feature = Feature { name: "tests with mocks", terraform: Some((1, 7)), tofu: Some((1, 8)) };

/// `replace_triggered_by` in a `lifecycle` block.
pub(crate) const REPLACE_TRIGGERED_BY: Feature =
    Feature { name: "`replace_triggered_by`", terraform: Some((1, 2)), tofu: Some((1, 6)) };

/// `moved` blocks.
pub(crate) const MOVED: Feature = Feature { name: "`moved` blocks", terraform: Some((1, 1)), tofu: Some((1, 6)) };

/// `moved` blocks between resources of two types.
pub(crate) const MOVED_BETWEEN_TYPES: Feature =
    Feature { name: "`moved` blocks between types", terraform: Some((1, 8)), tofu: None };

/// `removed` blocks with `destroy = false`. OpenTofu's first ones have no `lifecycle` block.
pub(crate) const REMOVED: Feature = Feature { name: "`removed` blocks", terraform: Some((1, 7)), tofu: Some((1, 9)) };

/// `plan -generate-config-out` with `import` blocks.
pub(crate) const GENERATED_CONFIGURATION: Feature =
    Feature { name: "generated configurations", terraform: Some((1, 5)), tofu: Some((1, 6)) };

/// Equal messages of one block are shown once.
const MERGED_MESSAGES: Feature = Feature { name: "merged messages", terraform: Some((1, 12)), tofu: None };

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Product {
    Terraform,
    OpenTofu,
}

/// A host that can be run.
#[derive(Debug, Eq, PartialEq)]
struct Host {
    program: String,
    product: Product,
    version: Version,
}

impl Feature {
    /// What a configuration with `required_version = ">= 1.4"` needs.
    pub(crate) const fn required_version(version: Version) -> Self {
        Self { name: "the `required_version`", terraform: Some(version), tofu: Some(version) }
    }
}

impl Host {
    /// Asks a program what it is.
    fn ask(program: &str) -> Option<Self> {
        let output = Command::new(program).arg("version").env("CHECKPOINT_DISABLE", "1").output().ok()?;
        Self::parse(program, &String::from_utf8(output.stdout).ok()?)
    }

    /// Reads a line such as `OpenTofu v1.6.3`; there may be warnings before it.
    fn parse(program: &str, output: &str) -> Option<Self> {
        let products = [("Terraform v", Product::Terraform), ("OpenTofu v", Product::OpenTofu)];
        let (product, version) = output
            .lines()
            .find_map(|line| products.iter().find_map(|(name, product)| Some((*product, line.strip_prefix(name)?))))?;
        let mut numbers = version.split('.').map_while(|number| number.parse().ok());
        Some(Self { program: program.to_owned(), product, version: (numbers.next()?, numbers.next()?) })
    }

    fn has(&self, feature: &Feature) -> bool {
        let since = match self.product {
            Product::Terraform => feature.terraform,
            Product::OpenTofu => feature.tofu,
        };
        since.is_some_and(|since| self.version >= since)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}.{} ({})", self.product, self.version.0, self.version.1, self.program)
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = |product: &str, since: Option<Version>| match since {
            Some((major, minor)) => format!("since {product} {major}.{minor}"),
            None => format!("not in {product}"),
        };
        write!(f, "{} ({}, {})", self.name, since("Terraform", self.terraform), since("OpenTofu", self.tofu))
    }
}

/// The hosts to test with. Each one that [`VARIABLE`] names has to run, and without it `terraform` on PATH.
fn hosts() -> &'static [Host] {
    static HOSTS: OnceLock<Vec<Host>> = OnceLock::new();
    HOSTS.get_or_init(|| match std::env::var_os(VARIABLE).filter(|paths| !paths.is_empty()) {
        Some(paths) => std::env::split_paths(&paths).map(|path| named(&path)).collect(),
        None => [required(), Host::ask(OPTIONAL)].into_iter().flatten().collect(),
    })
}

/// A host that [`VARIABLE`] names. Tests run it in other folders: a relative path becomes an absolute one.
fn named(path: &Path) -> Host {
    let is_name = path.components().count() == 1;
    let path = if is_name { path.to_owned() } else { absolute(path).expect("a current folder") };
    let program = path.to_str().expect("the path of a host is Unicode");
    Host::ask(program).unwrap_or_else(|| panic!("{VARIABLE}: `{program}` is neither Terraform nor OpenTofu"))
}

fn required() -> Option<Host> {
    let host = Host::ask(REQUIRED);
    assert!(host.is_some(), "the tests need `{REQUIRED}` on PATH, or paths of hosts in {VARIABLE}");
    host
}

/// Runs `test` with the program of each host.
pub(crate) fn with_each_host(test: impl Fn(&str)) {
    run_with(hosts(), test);
}

/// Runs `test` with each host that has a feature, and says of each other one that the test did not run there.
pub(crate) fn with_each_host_that_has(feature: &Feature, test: impl Fn(&str)) {
    run_with(hosts().iter().filter(|host| can_run("", host, feature)), test);
}

/// Whether a host has what a part of a test needs; says that the part did not run if it has not.
pub(crate) fn part_runs(part: &str, program: &str, feature: &Feature) -> bool {
    let host = hosts().iter().find(|host| host.program == program).expect("one of the hosts");
    can_run(&format!("{part} "), host, feature)
}

fn can_run(part: &str, host: &Host, feature: &Feature) -> bool {
    let able = host.has(feature);
    if !able {
        say(&format!("{part}NOT RUN under {host}, which lacks {feature}"));
    }
    able
}

/// How often a host shows a message that each of `count` instances of one block has.
pub(crate) fn messages_shown(program: &str, count: usize) -> RangeInclusive<usize> {
    let merges = hosts().iter().any(|host| host.program == program && host.has(&MERGED_MESSAGES));
    if merges { 1..=count } else { count..=count }
}

fn run_with(hosts: impl IntoIterator<Item = &'static Host>, test: impl Fn(&str)) {
    for host in hosts {
        let named = NamedIfFailed(host);
        test(&host.program);
        drop(named);
    }
}

/// Names the host under which a test fails.
struct NamedIfFailed(&'static Host);

impl Drop for NamedIfFailed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            say(&format!("FAILED under {}", self.0));
        }
    }
}

/// Writes a line about this test past the capture of the test runner, so that it is seen of a test that passes too.
fn say(what: &str) {
    let thread = std::thread::current();
    let line = format!("{}: {what}\n", thread.name().unwrap_or("a test"));
    std::io::stderr().write_all(line.as_bytes()).expect("stderr");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_of_each_kind_of_build_then_product_and_minor_version() {
        for (output, product, version) in [
            ("Terraform v1.0.11\non linux_amd64\n", Product::Terraform, (1, 0)),
            ("Terraform v1.12.2-dev\n", Product::Terraform, (1, 12)),
            ("Terraform v1.17.0-alpha20260812\n", Product::Terraform, (1, 17)),
            ("\nWarning: Unable to open\nOpenTofu v1.6.3-dev\n", Product::OpenTofu, (1, 6)),
        ] {
            let host = Host { program: "x".to_owned(), product, version };
            assert_eq!(Host::parse("x", output), Some(host), "{output}");
        }
        for output in ["", "Terraform\n", "bash v5.2\n", "Terraform v1\n"] {
            assert_eq!(Host::parse("x", output), None, "{output}");
        }
    }

    #[test]
    #[should_panic(expected = "TERRAFORM: `/nonexistent/terraform` is neither Terraform nor OpenTofu")]
    fn named_host_missing_then_fails() {
        named(Path::new("/nonexistent/terraform"));
    }

    #[test]
    fn version_before_or_since_a_feature_then_compared_by_numbers() {
        let host = |product, version| Host { program: String::new(), product, version };
        assert!(!host(Product::Terraform, (1, 7)).has(&FUNCTIONS));
        assert!(host(Product::Terraform, (1, 12)).has(&FUNCTIONS));
        assert!(!host(Product::OpenTofu, (1, 12)).has(&FUNCTIONS_IN_CONSOLE));
        assert!(host(Product::OpenTofu, (1, 12)).has(&FUNCTIONS));
    }
}
