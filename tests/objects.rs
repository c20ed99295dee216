//! The object checks themselves: each file of `tests/fixtures/objects` breaks rules, and its first line names which.
#![allow(missing_docs)]

mod support;

use std::path::Path;
use std::process::Command;

use support::readable;
use support::tools::{Tools, project};

fn finds_what_is_wrong(file: &Path) -> datatest_stable::Result<()> {
    readable(check(file))
}

fn check(file: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let line = text.lines().next().and_then(|line| line.strip_prefix("# expect:"));
    let mut expected: Vec<_> =
        line.ok_or("the first line must be `# expect: CODE, …`")?.split(',').map(str::trim).collect();
    expected.retain(|code| !code.is_empty());
    expected.sort_unstable();
    let run = Command::new(&Tools::get().python)
        .arg("-B")
        .arg(project("tests/tools/check_objects.py"))
        .arg("--complete")
        .arg(file)
        .output()?;
    let findings = String::from_utf8_lossy(&run.stdout);
    // FILE: KIND/NAME: CODE: TEXT, without KIND/NAME when the file is no YAML.
    let mut found: Vec<_> = findings
        .lines()
        .filter_map(|line| line.split(": ").skip(1).find(|part| !part.contains('/')))
        .collect();
    found.sort_unstable();
    if found != expected || run.status.success() != expected.is_empty() {
        return Err(
            format!("expected {expected:?}\n{findings}{}", String::from_utf8_lossy(&run.stderr)).into()
        );
    }
    Ok(())
}

datatest_stable::harness! {
    { test = finds_what_is_wrong, root = "tests/fixtures/objects", pattern = r"\.yaml$" },
}
