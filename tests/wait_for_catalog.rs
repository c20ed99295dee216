//! The script that the Fluss coordinator waits with, run against a small catalog on loopback.
//! The test itself is Python, because the server is: `tests/wait_for_catalog/`.
#![allow(missing_docs, clippy::expect_used)]

use std::path::Path;
use std::process::Command;

#[test]
fn waiting_script() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wait_for_catalog");
    let output = Command::new("python3")
        .args(["-B", "-m", "unittest", "test_wait_for_catalog"])
        .current_dir(folder)
        .output()
        .expect("python3 runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    // A run that found no test would succeed too.
    assert!(text.contains("Ran 6 tests"), "{text}");
}
