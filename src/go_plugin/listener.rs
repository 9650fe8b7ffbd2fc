//! The plugin's listener: a Unix socket for the current user, or a loopback port if Unix sockets are unavailable.

#[cfg(unix)]
mod socket_group;

use std::io;
use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixSocket, UnixStream};

use super::admissions::PeerId;
use crate::env::{self, Environment};

/// A bound listener. Dropping it removes the socket.
pub(super) enum Listener {
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        address: String,
        _file: tempfile::TempPath,
    },
    Tcp {
        listener: TcpListener,
        address: String,
    },
}

/// Length of the queue of connections that wait to be accepted: as long as the system allows.
#[cfg(unix)]
const BACKLOG: u32 = i32::MAX.unsigned_abs();

/// An accepted connection, not yet authenticated.
pub(super) enum Stream {
    #[cfg(unix)]
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Stream {
    /// The process ID of the client, if the operating system reports it.
    pub(super) fn peer(&self) -> PeerId {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.peer_cred().ok()?.pid()?.try_into().ok(),
            Self::Tcp(_) => None,
        }
    }

    /// Waits until the client has sent something, or has closed the connection.
    pub(super) async fn readable(&self) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Unix(stream) => stream.readable().await,
            Self::Tcp(stream) => stream.readable().await,
        }
    }
}

impl Listener {
    pub(super) async fn bind(environment: &Environment) -> io::Result<Self> {
        #[cfg(unix)]
        if let Some(listener) = bind_unix(environment) {
            if let Some(group) = environment.get(env::PLUGIN_UNIX_SOCKET_GROUP) {
                socket_group::admit(&group, listener.address().as_ref())?;
            }
            return Ok(listener);
        }
        bind_tcp(environment).await
    }

    /// The name of the network in the handshake line.
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix { .. } => "unix",
            Self::Tcp { .. } => "tcp",
        }
    }

    /// The address in the handshake line.
    pub(super) fn address(&self) -> &str {
        match self {
            #[cfg(unix)]
            Self::Unix { address, .. } => address,
            Self::Tcp { address, .. } => address,
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        match self {
            #[cfg(unix)]
            Self::Unix { listener, .. } => Ok(Stream::Unix(listener.accept().await?.0)),
            Self::Tcp { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                // Without this option, every RPC waits 40 ms for a delayed acknowledgement. Fails if the client has disconnected.
                drop(stream.set_nodelay(true));
                Ok(Stream::Tcp(stream))
            }
        }
    }
}

/// Binds a socket in the first suitable folder: the host's, the temporary folder, or `/tmp`. A path is not suitable if it is
/// too long for a socket, or contains the separator of the handshake line.
#[cfg(unix)]
fn bind_unix(environment: &Environment) -> Option<Listener> {
    let asked = environment.get(env::PLUGIN_UNIX_SOCKET_DIR).map(std::path::PathBuf::from);
    let temporary = Some(std::env::temp_dir()).filter(|folder| !folder.as_os_str().is_empty());
    let folders = asked.into_iter().chain(temporary).chain(["/tmp".into()]);
    folders.into_iter().find_map(|folder| bind_unix_in(&folder).ok())
}

#[cfg(unix)]
fn bind_unix_in(folder: &std::path::Path) -> io::Result<Listener> {
    let (listener, file) = tempfile::Builder::new().prefix("tf-maas-").make_in(folder, bind_private)?.into_parts();
    let fits = |address: &&str| !address.contains(['|', '\n', '\r']);
    let address = file.to_str().filter(fits).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?.to_owned();
    Ok(Listener::Unix { listener, address, _file: file })
}

/// Binds a socket to which only the current user can connect. The permissions are set before the socket listens, so that no
/// other user can connect in between.
#[cfg(unix)]
fn bind_private(path: &std::path::Path) -> io::Result<UnixListener> {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let socket = UnixSocket::new_stream()?;
    socket.bind(path)?;
    let private = set_permissions(path, Permissions::from_mode(0o600));
    // Binding created the file; remove it.
    private.and_then(|()| socket.listen(BACKLOG)).inspect_err(|_| drop(std::fs::remove_file(path)))
}

/// Binds the first free port in the host's range, or any port if the host sets no range.
async fn bind_tcp(environment: &Environment) -> io::Result<Listener> {
    let port = |variable| environment.get(variable).and_then(|port| port.parse::<u16>().ok()).unwrap_or(0);
    let (first, last) = (port(env::PLUGIN_MIN_PORT), port(env::PLUGIN_MAX_PORT));
    let mut failure = io::Error::new(io::ErrorKind::InvalidInput, "PLUGIN_MAX_PORT is below PLUGIN_MIN_PORT");
    for port in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => {
                let address = listener.local_addr()?.to_string();
                return Ok(Listener::Tcp { listener, address });
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[tokio::test]
    async fn unix_socket_then_for_this_user_only_and_nothing_left_after() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let listener = bind_unix_in(folder.path()).expect("binds");
        let socket = std::path::Path::new(listener.address()).to_owned();
        assert_eq!(socket.metadata().expect("exists").permissions().mode() & 0o777, 0o600);
        drop(listener);
        assert_eq!(std::fs::read_dir(folder.path()).expect("reads").count(), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn folder_too_long_for_a_socket_then_another_place() {
        let parent = tempfile::tempdir().expect("a folder");
        let long = parent.path().join("x".repeat(120));
        std::fs::create_dir(&long).expect("creates");
        let folder = long.to_str().expect("text");
        let listener = Listener::bind(&Environment::fixed([("PLUGIN_UNIX_SOCKET_DIR", folder)])).await.expect("binds");
        assert!(!listener.address().starts_with(folder));
        assert_eq!(std::fs::read_dir(&long).expect("reads").count(), 0, "the attempt leaves nothing behind");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn folder_with_the_separator_of_the_handshake_then_another_place() {
        let parent = tempfile::tempdir().expect("a folder");
        for name in ["a|b", "a\nb"] {
            let folder = parent.path().join(name);
            std::fs::create_dir(&folder).expect("creates");
            let folder = folder.to_str().expect("text");
            let listener = Listener::bind(&Environment::fixed([("PLUGIN_UNIX_SOCKET_DIR", folder)])).await;
            assert!(!listener.expect("binds").address().contains(name));
        }
    }

    #[tokio::test]
    async fn port_range_then_first_free_port_of_it() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("binds");
        let first = taken.local_addr().expect("bound").port();
        let last = first.saturating_add(20);
        let (first_text, last_text) = (first.to_string(), last.to_string());
        let environment = Environment::fixed([("PLUGIN_MIN_PORT", &*first_text), ("PLUGIN_MAX_PORT", &*last_text)]);
        let listener = bind_tcp(&environment).await.expect("binds");
        let port = listener.address().rsplit(':').next().and_then(|port| port.parse::<u16>().ok()).expect("a port");
        assert!(port > first && port <= last, "{port} is not in the rest of {first}..={last}");
    }

    #[tokio::test]
    async fn client_over_tcp_then_nothing_is_held_back_to_be_sent_together() {
        let listener = bind_tcp(&Environment::fixed([])).await.expect("binds");
        assert_eq!(listener.network(), "tcp");
        let client = TcpStream::connect(listener.address());
        let (accepted, client) = tokio::join!(listener.accept(), client);
        let Stream::Tcp(stream) = accepted.expect("accepts") else { panic!("it is TCP") };
        assert!(stream.nodelay().expect("an option"));
        drop(client.expect("connects"));
    }

    #[tokio::test]
    async fn range_upside_down_then_error_not_a_hang() {
        let environment = Environment::fixed([("PLUGIN_MIN_PORT", "20"), ("PLUGIN_MAX_PORT", "10")]);
        assert!(bind_tcp(&environment).await.is_err());
    }
}
