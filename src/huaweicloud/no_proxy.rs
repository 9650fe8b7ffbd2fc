//! Parses `NO_PROXY` by the rules of Go's `httpproxy`, which most providers follow.

use std::net::{IpAddr, Ipv6Addr};

use url::{Host, Url};

/// The parsed list of the environment variable `NO_PROXY`. Invalid entries are ignored.
#[derive(Debug, Default)]
pub(super) struct NoProxy {
    everything: bool,
    entries: Vec<Entry>,
}

#[derive(Debug)]
enum Entry {
    /// A network: the addresses that share a prefix with `first`.
    Network { first: IpAddr, bits: u8 },
    /// An address, at one port or at all ports.
    Address { address: IpAddr, port: String },
    /// A domain, at one port or at all ports: the names below it, which end with `suffix`, and the domain itself unless
    /// the entry begins with a dot.
    Domain { suffix: String, with_itself: bool, port: String },
}

impl NoProxy {
    /// Parses a list of entries separated by commas.
    pub(super) fn parse(list: &str) -> Self {
        let entries = || list.split(',').map(|entry| entry.trim().to_lowercase());
        if entries().any(|entry| entry == "*") {
            return Self { everything: true, entries: Vec::new() };
        }
        Self { everything: false, entries: entries().filter_map(|entry| Entry::parse(&entry)).collect() }
    }

    /// Returns whether requests to a URL bypass the proxy. Requests to the local machine always do.
    pub(super) fn contains(&self, url: &Url) -> bool {
        let Some(host) = url.host() else { return true };
        let port = url.port_or_known_default().map(|port| port.to_string()).unwrap_or_default();
        let (address, name) = match host {
            Host::Ipv4(address) => (Some(IpAddr::V4(address)), address.to_string()),
            Host::Ipv6(address) => (Some(address.to_canonical()), address.to_string()),
            Host::Domain(name) => (None, name.to_lowercase()),
        };
        let is_local = address.map_or(name == "localhost", |address| address.is_loopback());
        is_local || self.everything || self.entries.iter().any(|entry| entry.contains(address, &name, &port))
    }
}

impl Entry {
    /// Parses an entry in lower case.
    fn parse(text: &str) -> Option<Self> {
        if let Some(network) = network(text) {
            return Some(network);
        }
        let (host, port) = host_and_port(text).unwrap_or((text, ""));
        let port = port.to_owned();
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(Self::Address { address: address.to_canonical(), port });
        }
        let host = host.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(host);
        if host.is_empty() {
            return None;
        }
        let with_itself = !host.starts_with('.');
        let suffix = format!("{}{}", if with_itself { "." } else { "" }, in_ascii(host));
        Some(Self::Domain { suffix, with_itself, port })
    }

    fn contains(&self, address: Option<IpAddr>, name: &str, at_port: &str) -> bool {
        let is_port = |port: &str| port.is_empty() || port == at_port;
        match self {
            Self::Network { first, bits } => address.is_some_and(|address| share_bits(*first, address, *bits)),
            Self::Address { address: listed, port } => address == Some(*listed) && is_port(port),
            Self::Domain { suffix, with_itself, port } => {
                address.is_none() && (name.ends_with(suffix) || *with_itself && name == &suffix[1..]) && is_port(port)
            }
        }
    }
}

/// Parses a network such as `10.0.0.0/8`. A network of IPv4-mapped IPv6 addresses becomes an IPv4 network.
fn network(text: &str) -> Option<Entry> {
    let (first, bits) = text.split_once('/')?;
    let first: IpAddr = first.parse().ok()?;
    // Reject a sign, which Rust's parser would accept.
    let bits: u8 = bits.parse().ok().filter(|_| bits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let (longest, mapped) = match first {
        IpAddr::V4(_) => (32, 0),
        IpAddr::V6(first) if bits >= 96 && first.to_ipv4_mapped().is_some() => (128, 96),
        IpAddr::V6(_) => (128, 0),
    };
    let first = if mapped > 0 { first.to_canonical() } else { first };
    (bits <= longest).then(|| Entry::Network { first, bits: bits - mapped })
}

/// Splits `host:port` or `[IPv6]:port`. The port may be empty.
fn host_and_port(text: &str) -> Option<(&str, &str)> {
    let (host, port) = text.rsplit_once(':')?;
    match host.strip_prefix('[') {
        Some(bracketed) => Some((bracketed.strip_suffix(']')?, port)),
        None => (!host.contains(':')).then_some((host, port)),
    }
}

/// Returns a host name as in URLs: labels that are not ASCII are converted to Punycode.
fn in_ascii(host: &str) -> String {
    let labels = host.split('.').map(|label| match idna::punycode::encode_str(label) {
        Some(encoded) if !label.is_ascii() => format!("xn--{encoded}"),
        _ => label.to_owned(),
    });
    labels.collect::<Vec<_>>().join(".")
}

fn share_bits(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let differing = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V6(one), IpAddr::V6(other)) => (Ipv6Addr::to_bits(one) ^ other.to_bits()).leading_zeros(),
        _ => return false,
    };
    differing >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn direct(list: &str, url: &str) -> bool {
        NoProxy::parse(list).contains(&url.parse().expect(url))
    }

    /// Checks a list: the URLs that bypass the proxy, and those that do not.
    type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);

    fn check(rows: &[Row<'_>]) {
        for (list, without, with) in rows {
            for url in *without {
                assert!(direct(list, url), "`{list}` contains {url}");
            }
            for url in *with {
                assert!(!direct(list, url), "`{list}` does not contain {url}");
            }
        }
    }

    #[test]
    fn domain_in_no_proxy_then_matched_as_go_does() {
        check(&[
            ("foo.com", &["https://foo.com", "http://bar.foo.com", "https://a.b.foo.com:8443"], &["https://xfoo.com"]),
            (".y.com", &["https://x.y.com", "https://a.x.y.com"], &["https://y.com", "https://xy.com"]),
            ("*.y.com", &["https://x.y.com", "https://a.x.y.com"], &["https://y.com", "https://xy.com"]),
            ("FOO.Com", &["https://bar.foo.com"], &[]),
            ("foo.com", &["https://BAR.Foo.COM"], &["https://foo.com.example"]),
            (" a.com ,\tb.com ,, ,c.com", &["https://a.com", "https://b.com", "https://c.com"], &["https://d.com"]),
            ("a.com b.com", &[], &["https://a.com", "https://b.com"]),
            ("y.com.", &["https://y.com."], &["https://y.com"]),
            ("y.com", &[], &["https://y.com."]),
            ("*foo.com", &[], &["https://foo.com", "https://barfoo.com"]),
            ("foo.*", &[], &["https://foo.com"]),
            ("https://foo.com", &[], &["https://foo.com"]),
            ("b\u{fc}cher.example", &["https://xn--bcher-kva.example", "https://a.xn--bcher-kva.example"], &[]),
            ("*.B\u{dc}CHER.example:443", &["https://a.xn--bcher-kva.example"], &["https://xn--bcher-kva.example"]),
            ("xn--bcher-kva.example", &["https://xn--bcher-kva.example"], &[]),
        ]);
    }

    #[test]
    fn port_in_no_proxy_then_only_that_port() {
        check(&[
            ("foo.com:443", &["https://foo.com", "https://a.foo.com:443"], &["http://foo.com", "https://foo.com:8443"]),
            ("foo.com:80", &["http://foo.com", "https://foo.com:80"], &["https://foo.com"]),
            (".foo.com:8443", &["https://a.foo.com:8443"], &["https://foo.com:8443", "https://a.foo.com"]),
            ("foo.com:", &["https://foo.com:8443"], &[]),
            ("foo.com:0443", &[], &["https://foo.com"]),
            ("10.0.0.1:8080", &["http://10.0.0.1:8080"], &["http://10.0.0.1", "http://10.0.0.2:8080"]),
            ("[fd00::1]:8080", &["http://[fd00::1]:8080"], &["http://[fd00::1]", "http://[fd00::2]:8080"]),
            (":443", &[], &["https://foo.com", "https://10.0.0.1"]),
            ("*:443", &[], &["https://foo.com", "https://10.0.0.1"]),
        ]);
    }

    #[test]
    fn address_or_network_in_no_proxy_then_matched_as_go_does() {
        check(&[
            ("1.2.3.4", &["https://1.2.3.4", "http://1.2.3.4:99", "http://[::ffff:1.2.3.4]"], &["https://1.2.3.5"]),
            ("::ffff:1.2.3.4", &["https://1.2.3.4"], &[]),
            ("fd00::1", &["https://[fd00::1]", "https://[FD00:0::1]:8443"], &["https://[fd00::2]"]),
            ("[fd00::1]", &[], &["https://[fd00::1]"]),
            ("10.0.0.0/8", &["https://10.255.0.1", "https://[::ffff:10.0.0.1]"], &["https://11.0.0.1"]),
            ("10.1.2.3/8", &["https://10.0.0.1:8443"], &["https://h10.example.com"]),
            ("10.0.0.0/08", &["https://10.9.9.9"], &[]),
            ("1.2.3.4/0", &["https://9.9.9.9"], &["https://[fd00::1]", "https://foo.com"]),
            ("::/0", &["https://[fd00::1]"], &["https://9.9.9.9"]),
            ("fd00::/8", &["https://[fdff::1]"], &["https://[fe00::1]"]),
            ("::ffff:10.0.0.0/104", &["https://10.9.9.9"], &["https://11.0.0.1"]),
            ("10.0.0.0/33", &[], &["https://10.0.0.0"]),
            ("10.0.0.0/+8", &[], &["https://10.9.9.9"]),
            ("10.0.0.0/", &[], &["https://10.0.0.0"]),
            ("10.0.0.0/8:443", &[], &["https://10.0.0.0"]),
            ("10.", &[], &["https://10.0.0.1"]),
            (".0.0.1", &[], &["https://10.0.0.1"]),
        ]);
    }

    #[test]
    fn asterisk_in_no_proxy_then_no_host_uses_a_proxy() {
        for list in ["*", " * ", "foo.com,*", "*,foo.com"] {
            check(&[(list, &["https://bar.com", "http://9.9.9.9", "https://[fd00::1]:8443"], &[])]);
        }
    }

    #[test]
    fn local_machine_then_no_proxy_whatever_the_list() {
        for list in ["", ",", "foo.com"] {
            let local =
                ["http://localhost:1", "https://LocalHost", "http://127.0.0.1", "http://127.9.9.9", "http://[::1]"];
            check(&[(
                list,
                &local,
                &["https://a.localhost", "https://localhost.", "https://foo.org", "https://0.0.0.0"],
            )]);
            assert!(direct(list, "http://[::ffff:127.0.0.1]"));
        }
    }
}
