//! Serves a plugin from the handshake to the shutdown.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::service::Routes;
use tracing::level_filters::LevelFilter;

use super::clients::Clients;
use super::connection::Admission;
use super::handshake::{HandshakeLine, negotiate, started_by_host};
use super::lifetime::{Parent, Signal, Signals};
use super::listener::Listener;
use super::tls::{ServerTls, TlsError, server_tls};
use super::{connection, hclog, host_services, reattach};
use crate::env::{self, Environment};

/// Time for responses in flight after a shutdown request. Hosts ignore the response to that request, and wait for the end of
/// the process.
const GRACE: Duration = Duration::from_millis(10);

/// The plugin to serve. `C` is the state of one connection.
pub struct Plugin<C> {
    /// The source address of the provider.
    pub address: &'static str,
    /// The name in log lines.
    pub log_module: &'static str,
    /// The provider's gRPC services.
    pub services: Routes,
    /// Creates the state of a new connection, which every request on it has in its extensions.
    pub connection_state: fn() -> C,
    /// Called for each interrupt when a host runs the plugin. Ctrl-C reaches the plugin too, and not every host then calls
    /// `StopProvider`. The process continues.
    pub on_interrupt: Box<dyn Fn() + Send + Sync>,
}

impl<C> fmt::Debug for Plugin<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("address", &self.address)
            .field("services", &self.services)
            .finish_non_exhaustive()
    }
}

/// The error of a plugin that cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct ServeError {
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ServeError {
    /// Creates the error of an async runtime that cannot be created.
    #[must_use]
    pub fn runtime(error: io::Error) -> Self {
        Self::new("cannot start", error)
    }

    fn new(message: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { message: message.to_owned(), source: Some(source.into()) }
    }
}

impl From<TlsError> for ServeError {
    fn from(error: TlsError) -> Self {
        Self::new("mutual TLS with the host cannot be set up", error)
    }
}

/// Serves a host until it requests a shutdown or dies.
///
/// # Errors
/// If no host started the process, with three lines that explain how to use the provider; if it cannot listen.
pub async fn serve<C: Clone + Send + Sync + 'static>(
    plugin: Plugin<C>,
    environment: &Environment,
) -> Result<(), ServeError> {
    if !started_by_host(environment) {
        return Err(ServeError { message: by_hand(plugin.address), source: None });
    }
    check_variables(environment)?;
    let parent = Parent::note();
    hclog::start(plugin.log_module, environment, LevelFilter::OFF);
    let terms = HostRequest::of(environment)?;
    // Install the handlers before the socket exists, because a signal would leave the socket behind.
    let mut signals = Signals::install().map_err(|error| ServeError::new("cannot watch signals", error))?;
    let listener = Listener::bind(environment).await.map_err(|error| ServeError::new("cannot listen", error))?;
    let line = terms.handshake_line(listener.network(), listener.address());
    say(&format!("{line}\n")).map_err(|error| ServeError::new("cannot write the handshake line", error))?;
    let clients = Clients::of_parent(parent.id());
    let signalled = async {
        while signals.next().await == Signal::Interrupt {
            tracing::debug!("interrupted");
            (plugin.on_interrupt)();
        }
    };
    let end = async {
        tokio::select! { () = signalled => {}, () = parent.end_of_host(&clients) => {} }
    };
    run(plugin.services, plugin.connection_state, listener, terms.tls.as_ref(), &clients, end).await;
    Ok(())
}

/// Returns an error if an environment variable of the host is not Unicode. If it counted as not set, a missing certificate
/// would turn off TLS.
fn check_variables(environment: &Environment) -> Result<(), ServeError> {
    match environment.not_unicode(&env::OF_THE_HOST).first() {
        None => Ok(()),
        Some(name) => {
            let message =
                format!("The value of the environment variable {name} is not valid Unicode. Correct or unset it.");
            Err(ServeError { message, source: None })
        }
    }
}

/// What the host requests in its environment variables: protocol version, TLS and fields of the handshake line.
struct HostRequest {
    protocol_version: u32,
    tls: Option<ServerTls>,
    multiplex: bool,
}

impl HostRequest {
    fn of(environment: &Environment) -> Result<Self, ServeError> {
        let (protocol_version, agreed) = negotiate(environment);
        if !agreed {
            tracing::warn!(protocol_version, "the host does not offer this protocol version");
        }
        let tls = environment.get(env::PLUGIN_CLIENT_CERT).map(|pem| server_tls(&pem)).transpose()?;
        Ok(Self { protocol_version, tls, multiplex: environment.get(env::PLUGIN_MULTIPLEX_GRPC).is_some() })
    }

    fn handshake_line<'a>(&'a self, network: &'a str, address: &'a str) -> HandshakeLine<'a> {
        let certificate = self.tls.as_ref().map(|tls| tls.certificate.as_ref());
        let (protocol_version, multiplex) = (self.protocol_version, self.multiplex);
        HandshakeLine { protocol_version, network, address, certificate, multiplex }
    }
}

/// Returns the handshake line of a plugin that listens at `/socket`, for a host with this environment. For tests and
/// fuzzing: no listener is created.
///
/// # Errors
/// If the host's certificate is invalid.
pub fn handshake_line(environment: &Environment) -> Result<String, ServeError> {
    hclog::level(environment);
    Ok(HostRequest::of(environment)?.handshake_line("unix", "/socket").to_string())
}

/// Serves hosts that attach to the running process, until it is interrupted. There is no handshake and no TLS, because no
/// host started the process.
///
/// # Errors
/// If the process cannot listen.
pub async fn serve_for_debugging<C: Clone + Send + Sync + 'static>(
    plugin: Plugin<C>,
    environment: &Environment,
) -> Result<(), ServeError> {
    check_variables(environment)?;
    hclog::start(plugin.log_module, environment, LevelFilter::INFO);
    // Install the handlers before the socket exists, because a signal would leave the socket behind.
    let mut signals = Signals::install().map_err(|error| ServeError::new("cannot watch signals", error))?;
    let listener = Listener::bind(environment).await.map_err(|error| ServeError::new("cannot listen", error))?;
    let variable = reattach::variable(plugin.address, listener.network(), listener.address());
    say(&reattach::instructions(&variable)).map_err(|error| ServeError::new("cannot write to stdout", error))?;
    let end = async {
        signals.next().await;
    };
    run(plugin.services, plugin.connection_state, listener, None, &Clients::default(), end).await;
    Ok(())
}

async fn run<C: Clone + Send + Sync + 'static>(
    services: Routes,
    connection_state: fn() -> C,
    listener: Listener,
    tls: Option<&ServerTls>,
    clients: &Clients,
    end: impl Future<Output = ()>,
) {
    let shutdown = CancellationToken::new();
    let services = host_services::add_to(services, &shutdown).await;
    let admission = Admission::new(tls, connection_state, clients);
    let served = connection::serve(listener, admission, services, &shutdown);
    // Shut down gracefully within the time for responses in flight. Then the process ends, even with open streams.
    let patience = async {
        tokio::select! { () = shutdown.cancelled() => {}, () = end => shutdown.cancel() }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! { () = served => {}, () = patience => {} }
}

fn say(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

fn by_hand(address: &str) -> String {
    format!(
        "This is {address}, a plugin that Terraform and OpenTofu start by themselves.\n\
         Name it in the required_providers of a configuration and run `terraform plan` or `tofu plan`.\n\
         `--help` says how to install it, `--debug` how to attach a running one."
    )
}
