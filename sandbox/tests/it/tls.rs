//! The client's side of TLS.

use std::{io, net::TcpStream, sync::Arc};

use maas_sandbox::Sandbox;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};

use crate::client::connect_to;

/// A client that may or may not trust the sandbox, and may or may not show a certificate.
pub(crate) struct TlsClient {
    roots: RootCertStore,
    identity: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>,
}

impl TlsClient {
    /// One that trusts nobody.
    pub(crate) fn wary() -> Self {
        Self { roots: RootCertStore::empty(), identity: None }
    }

    /// One that trusts whatever this sandbox's authority vouches for.
    pub(crate) fn trusting(sandbox: &Sandbox) -> Self {
        let mut client = Self::wary();
        let ca = CertificateDer::from_pem_slice(sandbox.ca_pem().as_bytes()).expect("a certificate");
        client.roots.add(ca).expect("an authority");
        client
    }

    /// The same, with the certificate that the sandbox lets in.
    pub(crate) fn with_identity(mut self, sandbox: &Sandbox) -> Self {
        let certificate = CertificateDer::from_pem_slice(sandbox.client_certificate_pem().as_bytes());
        let key = PrivateKeyDer::from_pem_slice(sandbox.client_key_pem().as_bytes());
        self.identity = Some((certificate.expect("a certificate"), key.expect("a key")));
        self
    }

    /// Greets the server of that name on the sandbox's port for HTTPS.
    pub(crate) fn connect(
        self,
        sandbox: &Sandbox,
        name: &'static str,
    ) -> io::Result<impl io::Read + io::Write + use<>> {
        let address = sandbox.https_url().strip_prefix("https://").expect("an https URL");
        self.greet(connect_to(address.parse().expect("an address and a port")), name)
    }

    /// Greets the server of that name at the other end, and waits until it has answered.
    pub(crate) fn greet(
        self,
        stream: TcpStream,
        name: &'static str,
    ) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(self.roots);
        let config = match self.identity {
            Some((certificate, key)) => builder.with_client_auth_cert(vec![certificate], key).expect("a pair"),
            None => builder.with_no_client_auth(),
        };
        let name = ServerName::try_from(name).expect("a name");
        let mut stream = StreamOwned::new(ClientConnection::new(Arc::new(config), name).expect("a client"), stream);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock)?;
        }
        Ok(stream)
    }
}
