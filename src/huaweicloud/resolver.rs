//! Name resolution by the system, which is asked for IPv4 and IPv6 addresses apart (RFC 8305, section 3).

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use dns_lookup::{AddrFamily, AddrInfoHints, LookupError, LookupErrorKind, SockType, getaddrinfo};
use futures_util::future::{BoxFuture, FutureExt, select};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::time::{Instant, timeout, timeout_at};

use super::ErrorKind;
use super::own_thread::on_its_own_thread;
use super::text::clean;

/// How long the slower family may take after the faster one has brought an address.
const RESOLUTION_DELAY: Duration = Duration::from_millis(50);

/// How long both families may take. Less than the time limit of a connection, so that the error is about the name servers.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(9);

/// The file whose names no name server has to know.
#[cfg(unix)]
const HOSTS: &str = "/etc/hosts";

/// Resolves names with the system's resolver: `/etc/hosts`, search domains, `ndots` and split DNS are the system's.
///
/// One question for both families fails as a whole in some C libraries when a name server fails for one of them.
pub(super) struct SystemResolver;

/// The name has no address, or none is known now.
#[derive(Debug, thiserror::Error)]
#[error("the host name {host} cannot be resolved")]
pub(super) struct LookupFailed {
    host: String,
    problem: Problem,
}

/// Why one family has no address. The greatest of several is the most telling one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Problem {
    /// Name servers know no such address.
    NotFound,
    /// Name servers failed or did not respond.
    Failed,
    /// Name servers refused.
    Refused,
    /// This machine failed, for example for want of descriptors.
    System(String),
}

/// The addresses of one family, or why there are none.
type Lookup = Result<Vec<IpAddr>, Problem>;

/// A family of addresses.
#[derive(Clone, Copy, Debug)]
enum Family {
    V4,
    V6,
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        Box::pin(async move {
            let families = [Family::V6, Family::V4].map(|family| start(&host, family));
            match both(families, has_route).await {
                Ok(found) => {
                    let addresses = sorted(found, source).into_iter().map(|address| SocketAddr::new(address, 0));
                    Ok(Box::new(addresses) as Addrs)
                }
                Err(problem) => Err(LookupFailed { host, problem }.into()),
            }
        })
    }
}

impl LookupFailed {
    pub(super) fn kind(&self) -> ErrorKind {
        let why = match &self.problem {
            Problem::NotFound => return ErrorKind::HostNotFound(self.host.clone()),
            Problem::Failed => "the name servers failed or did not respond",
            Problem::Refused => "the name servers refused",
            Problem::System(text) => text,
        };
        ErrorKind::Unreachable(format!("the host name {} cannot be resolved now: {why}", self.host))
    }
}

impl From<LookupError> for Problem {
    fn from(error: LookupError) -> Self {
        /// `EAI_ADDRFAMILY`: the name has addresses of other families. POSIX has no longer a name for it.
        const OTHER_FAMILY: i32 = if cfg!(target_os = "macos") { 1 } else { -9 };
        match error.kind() {
            LookupErrorKind::NoName | LookupErrorKind::NoData | LookupErrorKind::Family => Self::NotFound,
            LookupErrorKind::Again => Self::Failed,
            LookupErrorKind::Fail => Self::Refused,
            _ if cfg!(unix) && error.error_num() == OTHER_FAMILY => Self::NotFound,
            _ => Self::System(clean(&io::Error::from(error).to_string())),
        }
    }
}

/// The addresses of both families, given their lookups. Once one has an address to which there is a route, the other has
/// only the resolution delay.
async fn both(lookups: [BoxFuture<'static, Lookup>; 2], has_route: impl Fn(&IpAddr) -> bool) -> Lookup {
    let [one, other] = lookups;
    let end = Instant::now() + LOOKUP_TIMEOUT;
    let Ok(done) = timeout_at(end, select(one, other)).await else { return Err(Problem::Failed) };
    let (first, other) = done.factor_first();
    let second = if first.as_ref().is_ok_and(|found| found.iter().any(has_route)) {
        timeout(RESOLUTION_DELAY, other).await
    } else {
        timeout_at(end, other).await
    };
    match (first, second.unwrap_or(Err(Problem::Failed))) {
        (Ok(first), Ok(second)) => Ok([first, second].concat()),
        (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
        (Err(first), Err(second)) => Err(first.max(second)),
    }
}

/// Starts a lookup. The system's resolver blocks, for many seconds if name servers are silent.
fn start(host: &str, family: Family) -> BoxFuture<'static, Lookup> {
    let host = host.to_owned();
    let found = on_its_own_thread("lookup", move || lookup(&host, family));
    async move { found.await.unwrap_or_else(|error| Err(Problem::System(clean(&error.to_string())))) }.boxed()
}

/// Looks a name up. Blocks.
fn lookup(host: &str, family: Family) -> Lookup {
    if let Ok(address) = host.parse() {
        return of(family, [address]);
    }
    if is_in_hosts(host) {
        // Asked for one family, glibc would ask name servers for what the file lacks, and the file decides.
        return of(family, system(host, 0)?);
    }
    if is_localhost(host) {
        return of(family, [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()]);
    }
    let address_family = match family {
        Family::V4 => AddrFamily::Inet,
        Family::V6 => AddrFamily::Inet6,
    };
    of(family, system(host, address_family.into())?)
}

/// Asks the system for addresses of one of its families, or of any with 0.
fn system(host: &str, address: i32) -> Lookup {
    let hints = AddrInfoHints { address, socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    // What is of yet another family is no address here.
    let found = getaddrinfo(Some(host), None, Some(hints))?.filter_map(Result::ok);
    Ok(found.map(|info| info.sockaddr.ip()).collect())
}

fn of(family: Family, addresses: impl IntoIterator<Item = IpAddr>) -> Lookup {
    let is_v6 = matches!(family, Family::V6);
    let found: Vec<_> = addresses.into_iter().filter(|address| address.is_ipv6() == is_v6).collect();
    if found.is_empty() { Err(Problem::NotFound) } else { Ok(found) }
}

/// Whether `/etc/hosts` has the name.
#[cfg(unix)]
fn is_in_hosts(host: &str) -> bool {
    std::fs::read(HOSTS).is_ok_and(|hosts| names(&String::from_utf8_lossy(&hosts), host))
}

/// Windows keeps its file in the cache of the resolver, which asks nobody for a name of the file.
#[cfg(not(unix))]
fn is_in_hosts(_: &str) -> bool {
    false
}

/// Whether the text of a hosts file has a line for the name.
#[cfg(any(unix, test))]
fn names(hosts: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    hosts.lines().any(|line| {
        let entry = line.split('#').next().unwrap_or_default();
        entry.split_whitespace().skip(1).any(|name| name.eq_ignore_ascii_case(host))
    })
}

/// Whether the name means this machine, as RFC 6761 has it: no name server is asked for it.
fn is_localhost(host: &str) -> bool {
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next();
    last.is_some_and(|label| label.eq_ignore_ascii_case("localhost"))
}

/// Sorts addresses: IPv6 before IPv4, unless RFC 6724 (section 5, rule 5) says that IPv6 would be sent from an address of
/// another kind. Addresses without a route are left out if any has one. Within a family the system's order stays. The
/// connector tries the family of the first address, and the other one if that fails or takes longer than 300 ms.
fn sorted(addresses: Vec<IpAddr>, source: impl Fn(&IpAddr) -> Option<IpAddr>) -> Vec<IpAddr> {
    let rank = |address: &IpAddr| match (address, source(address)) {
        (IpAddr::V6(to), Some(IpAddr::V6(from))) if label(to) == label(&from) => 0,
        (IpAddr::V4(_), Some(_)) => 1,
        (_, Some(_)) => 2,
        (_, None) => 3,
    };
    let mut ranked: Vec<_> = addresses.into_iter().map(|address| (rank(&address), address)).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    if ranked.first().is_some_and(|(rank, _)| *rank < 3) {
        ranked.retain(|(rank, _)| *rank < 3);
    }
    ranked.into_iter().map(|(_, address)| address).collect()
}

/// The kind of an IPv6 address in RFC 6724's table: loopback, 6to4, Teredo, unique local, or any other.
fn label(address: &Ipv6Addr) -> u8 {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => 0,
        [0x2002, ..] => 2,
        [0x2001, 0, ..] => 5,
        [0xfc00..=0xfdff, ..] => 13,
        _ => 1,
    }
}

fn has_route(address: &IpAddr) -> bool {
    source(address).is_some()
}

/// The address from which packets to this one would be sent, if there is a route. Nothing is sent.
fn source(address: &IpAddr) -> Option<IpAddr> {
    let any: IpAddr = if address.is_ipv6() { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    // Any port will do.
    socket.connect((*address, 443)).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const V4: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1));

    fn after(milliseconds: u64, lookup: Lookup) -> BoxFuture<'static, Lookup> {
        async move {
            sleep(Duration::from_millis(milliseconds)).await;
            lookup
        }
        .boxed()
    }

    /// What both lookups bring, and after how many milliseconds.
    async fn outcome(v6: (u64, Lookup), v4: (u64, Lookup), routes: &[IpAddr]) -> (Lookup, u128) {
        let started = Instant::now();
        let lookups = [after(v6.0, v6.1), after(v4.0, v4.1)];
        let found = both(lookups, |address| routes.contains(address)).await;
        // The timer's resolution is a millisecond.
        (found, started.elapsed().as_millis() / 10 * 10)
    }

    #[tokio::test(start_paused = true)]
    async fn one_family_has_an_address_then_the_other_costs_the_resolution_delay_at_most() {
        let (found, none) = (|address| Ok(vec![address]), || Err(Problem::NotFound));
        let of = async |v6, v4| outcome(v6, v4, &[V4, V6]).await;
        assert_eq!(of((0, found(V6)), (40, found(V4))).await, (Ok(vec![V6, V4]), 40));
        assert_eq!(of((0, found(V6)), (60, found(V4))).await, (Ok(vec![V6]), 50));
        assert_eq!(of((60_000, none()), (20, found(V4))).await, (Ok(vec![V4]), 70));
        assert_eq!(of((20, found(V6)), (60_000, none())).await, (Ok(vec![V6]), 70));
        assert_eq!(of((0, none()), (8_000, found(V4))).await, (Ok(vec![V4]), 8_000));
        assert_eq!(of((8_000, found(V6)), (0, Err(Problem::Failed))).await, (Ok(vec![V6]), 8_000));
    }

    #[tokio::test(start_paused = true)]
    async fn first_family_has_no_route_then_the_other_is_waited_for() {
        let (v6, v4) = (Ok(vec![V6]), Ok(vec![V4]));
        assert_eq!(outcome((0, v6.clone()), (3_000, v4), &[V4]).await, (Ok(vec![V6, V4]), 3_000));
        assert_eq!(outcome((0, v6.clone()), (3_000, Err(Problem::NotFound)), &[]).await, (Ok(vec![V6]), 3_000));
        assert_eq!(outcome((0, v6), (60_000, Err(Problem::NotFound)), &[]).await, (Ok(vec![V6]), 9_000));
    }

    #[tokio::test(start_paused = true)]
    async fn both_families_fail_then_not_found_only_if_neither_was_found() {
        use Problem::{Failed, NotFound, Refused};
        for (v6, v4, both) in [
            (NotFound, NotFound, NotFound),
            (NotFound, Failed, Failed),
            (Failed, NotFound, Failed),
            (Failed, Refused, Refused),
            (Refused, NotFound, Refused),
        ] {
            assert_eq!(outcome((0, Err(v6)), (100, Err(v4)), &[]).await, (Err(both), 100));
        }
        let silent = || (60_000, Err(Failed));
        assert_eq!(outcome(silent(), silent(), &[]).await, (Err(Failed), 9_000));
        assert_eq!(outcome((0, Err(NotFound)), silent(), &[]).await, (Err(Failed), 9_000));
    }

    #[test]
    fn name_not_found_then_lasting_and_any_other_failure_then_passing() {
        let kind = |problem| LookupFailed { host: "h".to_owned(), problem }.kind();
        assert_eq!(kind(Problem::NotFound), ErrorKind::HostNotFound("h".to_owned()));
        for problem in [Problem::Failed, Problem::Refused, Problem::System("no threads".to_owned())] {
            let kind = kind(problem);
            assert!(matches!(&kind, ErrorKind::Unreachable(text) if text.contains("host name h")), "{kind}");
        }
    }

    #[test]
    fn sources_of_addresses_then_ipv6_first_unless_its_source_is_of_another_kind_or_missing() {
        let unique_local: IpAddr = "fd00::2".parse().expect("an address");
        let order = |sources: &[(IpAddr, IpAddr)]| {
            let source = |to: &IpAddr| sources.iter().find(|(address, _)| address == to).map(|(_, source)| *source);
            sorted(vec![V4, V6], source)
        };
        assert_eq!(order(&[(V4, V4), (V6, V6)]), [V6, V4]);
        assert_eq!(order(&[(V4, V4), (V6, unique_local)]), [V4, V6]);
        assert_eq!(order(&[(V4, V4)]), [V4]);
        assert_eq!(order(&[(V6, unique_local)]), [V6]);
        assert_eq!(order(&[]), [V4, V6]);
    }

    #[test]
    fn lines_of_a_hosts_file_then_names_found_as_the_system_finds_them() {
        let hosts = "# maas.test\n127.0.0.1 localhost\n10.0.0.5\tMaaS.test alias # other.test\r\n";
        for present in ["localhost", "maas.test", "MAAS.TEST.", "alias"] {
            assert!(names(hosts, present), "{present}");
        }
        for absent in ["10.0.0.5", "other.test", "test", "#", ""] {
            assert!(!names(hosts, absent), "{absent}");
        }
    }

    #[test]
    fn literals_and_localhost_then_no_name_server_is_asked() {
        let (v4, v6) = (Ok(vec![Ipv4Addr::LOCALHOST.into()]), Ok(vec![Ipv6Addr::LOCALHOST.into()]));
        for (host, family, found) in [
            ("127.0.0.1", Family::V4, v4.clone()),
            ("127.0.0.1", Family::V6, Err(Problem::NotFound)),
            ("::1", Family::V6, v6.clone()),
            ("::1", Family::V4, Err(Problem::NotFound)),
            ("service.localhost", Family::V4, v4.clone()),
            ("Service.LocalHost.", Family::V6, v6),
            ("localhost", Family::V4, v4),
        ] {
            assert_eq!(lookup(host, family), found, "{host} {family:?}");
        }
        assert!(!is_localhost("localhost.example.com") && !is_localhost("notlocalhost") && !is_localhost(""));
    }
}
