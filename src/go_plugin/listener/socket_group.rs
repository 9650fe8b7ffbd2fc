//! Opens a socket to a group of users, because some hosts run their plugins as another user.

use std::fs::{Permissions, set_permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

/// The file with the system's groups.
const GROUPS: &str = "/etc/group";

/// Allows the members of a group, given by name or number, to connect to a socket.
pub(super) fn admit(group: &str, socket: &Path) -> io::Result<()> {
    let number = match group.parse() {
        Ok(number) => number,
        Err(_) => named(group, &std::fs::read_to_string(GROUPS)?).ok_or_else(|| no_such(group))?,
    };
    chown(socket, None, Some(number))?;
    set_permissions(socket, Permissions::from_mode(0o660))
}

/// Returns the number of a group, from lines of `name:password:number:members`.
fn named(group: &str, groups: &str) -> Option<u32> {
    let fields = groups.lines().map(|line| line.split(':').collect::<Vec<_>>());
    fields.filter(|fields| fields.first() == Some(&group)).find_map(|fields| fields.get(2)?.parse().ok())
}

fn no_such(group: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("PLUGIN_UNIX_SOCKET_GROUP names no group: {group}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn own_group_by_number_then_the_socket_is_its_and_open_to_it_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).expect("binds");
        let group = folder.path().metadata().expect("exists").gid();
        admit(&group.to_string(), &socket).expect("admits");
        let metadata = socket.metadata().expect("exists");
        assert_eq!((metadata.gid(), metadata.mode() & 0o777), (group, 0o660));
    }

    #[test]
    fn group_by_name_then_its_number() {
        let groups = "root:x:0:\nbroken\nstaff:x:50:alice,bob\nwheel::x:\n";
        assert_eq!(named("staff", groups), Some(50));
        for other in ["", "alice", "broken", "wheel", "nobody"] {
            assert_eq!(named(other, groups), None, "{other}");
        }
    }

    #[test]
    fn unknown_group_then_error_that_names_it() {
        let error = admit("no such group", "/nonexistent/socket".as_ref()).expect_err("refused").to_string();
        assert!(error.contains("no such group"), "{error}");
    }
}
