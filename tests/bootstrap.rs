//! The shell scripts of the Polaris chart, run against a small Polaris on loopback.
//! The tests themselves are Python, because the server is: `tests/bootstrap/test_*.py`.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use std::path::Path;
use std::process::Command;

fn unittest(module: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bootstrap");
    let output = Command::new("python3")
        .args(["-B", "-m", "unittest", module])
        .current_dir(folder)
        .output()
        .expect("python3 runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    // A run that found no test would succeed too.
    assert!(!text.contains("Ran 0 tests"), "{text}");
    if text.contains("skipped=") {
        eprintln!("NOT RUN in busybox, the shell of the Job's image: it is not installed");
    }
}

#[test]
fn bootstrap_script() {
    unittest("test_bootstrap");
}

#[test]
fn the_mock_answers_as_recorded() {
    unittest("test_contract");
}

#[test]
fn realm_script() {
    unittest("test_bootstrap_realm");
}

#[test]
fn waiting_script() {
    unittest("test_wait_for");
}
