//! The API of the sandbox, asked without the provider.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use maas_sandbox::{Sandbox, seed};

/// The body of a list of workspaces: the same request as the provider's, on a connection of its own.
///
/// # Errors
/// When the sandbox cannot be reached or refuses the request.
pub(crate) fn list_workspaces(sandbox: &Sandbox) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(sandbox.address())?;
    write!(
        stream,
        "GET /v1/{}/maas/services/workspace/{} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {}\r\n\
         Content-Type: application/json\r\nConnection: close\r\n\r\n",
        seed::PROJECT_ID,
        seed::HOST_REGION,
        seed::TOKEN
    )?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let head =
        answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").filter(|_| answer.starts_with(b"HTTP/1.1 200 "));
    match head {
        Some(end) => Ok(answer.split_off(end + 4)),
        None => Err(io::Error::other("the API refused the request")),
    }
}
