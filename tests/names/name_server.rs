//! A name server whose behaviour is in the names that it is asked for.
//!
//! `4-ok.6-servfail.test` has the IPv4 address of loopback, and the server fails when asked for an IPv6 address.

use std::net::UdpSocket;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A later response than any read waits for that has another family's address.
const SLOW: Duration = Duration::from_secs(3);

/// A server of which the name says so fails for this long after the first question.
const OUTAGE: Duration = Duration::from_millis(1_500);

/// The types of questions.
const A: u16 = 1;
const AAAA: u16 = 28;

/// The codes of responses.
const SERVFAIL: u8 = 2;
const NXDOMAIN: u8 = 3;
const NOTIMP: u8 = 4;
const REFUSED: u8 = 5;

#[derive(Clone)]
pub(crate) struct NameServer {
    asked: Arc<Mutex<Vec<String>>>,
}

/// A question: its name and type, and where it ends in its packet.
struct Question {
    name: String,
    kind: u16,
    end: usize,
}

impl NameServer {
    /// Listens on port 53 of loopback until the process ends.
    pub(crate) fn start() -> Self {
        let socket = Arc::new(UdpSocket::bind("127.0.0.1:53").expect("binds"));
        let server = Self { asked: Arc::default() };
        let serving = server.clone();
        thread::spawn(move || {
            let (mut packet, mut first) = ([0; 1_500], None);
            while let Ok((length, client)) = socket.recv_from(&mut packet) {
                let Some(question) = Question::parse(&packet[..length]) else { continue };
                serving.asked.lock().expect("a list").push(question.name.clone());
                let failing = first.get_or_insert_with(Instant::now).elapsed() < OUTAGE;
                let Some((delay, response)) = response(&packet[..question.end], &question, failing) else { continue };
                let socket = Arc::clone(&socket);
                thread::spawn(move || {
                    thread::sleep(delay);
                    let _ = socket.send_to(&response, client);
                });
            }
        });
        server
    }

    /// The names that were asked for so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a list").clone()
    }
}

impl Question {
    fn parse(packet: &[u8]) -> Option<Self> {
        let (mut labels, mut at) = (Vec::new(), 12);
        loop {
            let length = usize::from(*packet.get(at)?);
            at += 1;
            if length == 0 {
                break;
            }
            labels.push(String::from_utf8(packet.get(at..at + length)?.to_vec()).ok()?.to_ascii_lowercase());
            at += length;
        }
        let kind = u16::from_be_bytes(packet.get(at..at + 2)?.try_into().ok()?);
        Some(Self { name: labels.join("."), kind, end: at + 4 })
    }

    /// What the name says of this type.
    fn behaviour(&self) -> &str {
        let family = if self.kind == AAAA { "6-" } else { "4-" };
        // A name of a search domain that is not there.
        self.name.split('.').find_map(|label| label.strip_prefix(family)).unwrap_or("nxdomain")
    }
}

/// The response and how long it takes; `None` if there is never one.
fn response(asked: &[u8], question: &Question, failing: bool) -> Option<(Duration, Vec<u8>)> {
    let good = address(question.kind);
    let (code, address, delay) = match question.behaviour() {
        "ok" => (0, good, Duration::ZERO),
        "slow" => (0, good, SLOW),
        // Documentation's own network: whoever has a route to it gets no response there.
        "dark" => (0, vec![0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2], Duration::ZERO),
        "recovers" if !failing => (0, good, Duration::ZERO),
        "servfail" | "recovers" => (SERVFAIL, Vec::new(), Duration::ZERO),
        "refused" => (REFUSED, Vec::new(), Duration::ZERO),
        "notimp" => (NOTIMP, Vec::new(), Duration::ZERO),
        "nxdomain" => (NXDOMAIN, Vec::new(), Duration::ZERO),
        "nodata" => (0, Vec::new(), Duration::ZERO),
        "dropped" => return None,
        other => panic!("{other} is no behaviour"),
    };
    let mut packet = asked.to_vec();
    // A response of an authority that also recurses, with its code; then how many records there are of each section.
    packet[2..12].copy_from_slice(&[0x85, 0x80 | code, 0, 1, 0, u8::from(!address.is_empty()), 0, 0, 0, 0]);
    if !address.is_empty() {
        // The name of the question, its type, the class of the Internet, and a lifetime of a minute.
        packet.extend([0xc0, 12]);
        packet.extend(question.kind.to_be_bytes());
        packet.extend([0, 1, 0, 0, 0, 60]);
        packet.extend(u16::try_from(address.len()).expect("short").to_be_bytes());
        packet.extend(address);
    }
    Some((delay, packet))
}

/// Loopback in the family of a question.
fn address(kind: u16) -> Vec<u8> {
    match kind {
        A => vec![127, 0, 0, 1],
        AAAA => [vec![0; 15], vec![1]].concat(),
        _ => Vec::new(),
    }
}
