//! An HTTP client small enough to have no opinions: it sends what it is told and reports what comes back, also when
//! that is not an answer.

use std::{
    fmt::Write as _,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use flate2::read::GzDecoder;
use maas_sandbox::{Sandbox, seed};
use serde_json::Value;

mod signer;

pub(crate) use signer::Signer;

/// Longer than any of these tests takes; a bug ends in an error instead of a hanging test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A request in the making.
pub(crate) struct Request {
    method: &'static str,
    target: String,
    host: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A GET as anyone could send it.
pub(crate) fn get(target: impl Into<String>) -> Request {
    let (target, host) = (target.into(), "sandbox".to_owned());
    Request { method: "GET", target, host, headers: Vec::new(), body: String::new() }
}

/// A POST of JSON.
pub(crate) fn post(target: impl Into<String>, body: &Value) -> Request {
    Request { body: body.to_string(), ..get(target) }.method("POST").json()
}

/// A request of that method with a body of JSON.
pub(crate) fn send_json(method: &'static str, target: impl Into<String>, body: &Value) -> Request {
    post(target, body).method(method)
}

/// The request for the workspaces of a region, in that project, without credentials.
pub(crate) fn workspaces_in(project: &str, region: &str) -> Request {
    get(format!("/v1/{project}/maas/services/workspace/{region}"))
}

/// The request for the workspaces of a region that the documentation asks for, as the seeded user.
pub(crate) fn workspaces_of(region: &str) -> Request {
    workspaces_in(seed::PROJECT_ID, region).token(seed::TOKEN).json()
}

impl Request {
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn token(self, token: impl Into<String>) -> Self {
        self.header("X-Auth-Token", token)
    }

    pub(crate) fn json(self) -> Self {
        self.header("Content-Type", "application/json")
    }

    pub(crate) fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Sends it on a connection of its own and reads to the end.
    pub(crate) fn try_send(self, sandbox: &Sandbox) -> io::Result<Answer> {
        self.try_send_over(connect(sandbox))
    }

    /// Sends it as the last one on a connection and reads to the end.
    pub(crate) fn try_send_over(self, mut connection: impl Read + Write) -> io::Result<Answer> {
        self.header("Connection", "close").write_to(&mut connection)?;
        let mut bytes = Vec::new();
        connection.read_to_end(&mut bytes)?;
        Answer::parse(&bytes)
    }

    /// The same where an answer is certain.
    pub(crate) fn send(self, sandbox: &Sandbox) -> Answer {
        self.try_send(sandbox).expect("an answer")
    }

    pub(crate) fn write_to(&self, connection: &mut impl Write) -> io::Result<()> {
        let Self { method, target, host, headers, body } = self;
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").expect("memory to write to");
        }
        connection.write_all(format!("{head}\r\n{body}").as_bytes())
    }
}

/// A connection to a sandbox.
pub(crate) fn connect(sandbox: &Sandbox) -> TcpStream {
    connect_to(sandbox.address())
}

/// A connection to someone who listens.
pub(crate) fn connect_to(address: SocketAddr) -> TcpStream {
    let connection = TcpStream::connect(address).expect("a sandbox that listens");
    connection.set_read_timeout(Some(PATIENCE)).expect("a timeout that is not zero");
    connection
}

impl Answer {
    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        let head = String::from_utf8(bytes[..end].to_vec()).map_err(|_| io::ErrorKind::InvalidData)?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self {
            status: status.ok_or(io::ErrorKind::InvalidData)?,
            headers: lines.filter_map(header).collect(),
            body: bytes[end + 4..].to_vec(),
        })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }

    /// The body, inflated if it is compressed with gzip.
    pub(crate) fn inflated(&self) -> Vec<u8> {
        let mut inflated = Vec::new();
        match self.header("Content-Encoding") {
            Some("gzip") => GzDecoder::new(&*self.body).read_to_end(&mut inflated).expect("a gzip file"),
            _ => self.body.as_slice().read_to_end(&mut inflated).expect("memory to write to"),
        };
        inflated
    }

    /// The length that was declared, whatever was sent.
    pub(crate) fn declared_length(&self) -> usize {
        self.header("Content-Length").and_then(|length| length.parse().ok()).expect("a declared length")
    }

    /// The id of the request: always there, always 32 lower-case hexadecimal digits.
    pub(crate) fn request_id(&self) -> String {
        let id = self.header("X-Request-Id").expect("every answer tells its id");
        assert_eq!(id.len(), 32, "{id}");
        assert!(id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
        id.to_owned()
    }

    /// Checks that this is an error of the gateway, and that header and body tell the same id.
    pub(crate) fn assert_gateway_error(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status, body["error_code"].as_str()), (status, Some(code)), "{body}");
        assert_eq!(body["request_id"], self.request_id());
        assert!(body["error_msg"].is_string());
    }

    /// Checks that this is an error of the service, which has exactly two fields.
    pub(crate) fn assert_service_error(&self, status: u16, code: &str) {
        let body = self.json();
        assert_eq!((self.status, body["error_code"].as_str()), (status, Some(code)), "{body}");
        assert!(body["error_msg"].is_string());
        assert_eq!(body.as_object().map(serde_json::Map::len), Some(2));
        self.request_id();
    }

    /// Checks that this is an error of IAM.
    pub(crate) fn assert_keystone_error(&self, status: u16, title: &str) {
        let body = self.json();
        assert_eq!((self.status, &body["error"]["code"]), (status, &Value::from(status)), "{body}");
        assert_eq!(body["error"]["title"], title);
        assert!(body["error"]["message"].is_string());
        assert_eq!(self.header("X-IAM-Trace-Id"), Some(self.request_id().as_str()));
    }
}
