//! Real hosts install from what `package` makes.

use maas_sandbox::Sandbox;

use crate::hosts::with_each_host;
use crate::package::packaged;
use crate::support::{Home, READS, argument};

/// Initialises, compares the lock file with our hash, and reads.
fn assert_installs(home: &Home) {
    home.configure(READS);
    home.succeed(&["init"]);
    assert!(home.lock_file().contains(&packaged().h1()), "{}", home.lock_file());
    let plan = home.succeed(&["plan"]);
    assert!(plan.contains("fraud-detection"), "{plan}");
}

#[test]
fn mirror_as_a_folder_then_init_takes_the_zip_with_our_hash() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let mirror = packaged().mirror();
        let method = format!("filesystem_mirror {{ path = {mirror:?} }}");
        assert_installs(&Home::new(host, &sandbox).install_from(&method));
    });
}

/// Only Linux lets a host be told in a variable whom to trust.
#[cfg(target_os = "linux")]
#[test]
fn mirror_over_https_then_init_takes_the_zip_with_our_hash() {
    with_each_host(|host| {
        let sandbox = Sandbox::builder().start();
        let server = crate::file_server::FileServer::start(&packaged().mirror());
        let home = Home::new(host, &sandbox);
        let authority = home.path().join("authority.pem");
        std::fs::write(&authority, server.certificate_pem()).expect("writes");
        let method = format!("network_mirror {{ url = \"{}/\" }}", server.url());
        let home = home.install_from(&method).env("SSL_CERT_FILE", argument(&authority));
        assert_installs(&home);
        let paths = server.paths();
        for asked in ["/index.json", concat!("/", env!("CARGO_PKG_VERSION"), ".json"), ".zip"] {
            assert!(paths.iter().any(|path| path.ends_with(asked)), "{asked} is not in {paths:?}");
        }
    });
}
