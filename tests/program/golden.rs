//! Derived files are what the program writes, in every place, locale and time zone.

use std::path::Path;

use assert_cmd::Command;
use lakehelm::generate::schema_of;
use lakehelm::schema::reference;
use lakehelm::tree::compare::{compare, unified_diff};

use super::support::{STARTERS, catalog, generate_text, project, read};

#[test]
fn generated_platforms_are_up_to_date() {
    for starter in STARTERS {
        let generated = generate_text(starter, &read(&format!("values/{starter}.yaml")))
            .unwrap_or_else(|f| panic!("{f:#?}"));
        let folder = project(&format!("generated/{starter}"));
        let changes = compare(&generated.tree, &folder).expect("compares");
        let first = changes
            .created
            .iter()
            .chain(&changes.updated)
            .chain(&changes.edited)
            .chain(&changes.stale)
            .next();
        let diff = first
            .map(|path| unified_diff(&generated.tree, &folder, path).expect("reads"))
            .unwrap_or_default();
        assert!(changes.is_empty(), "run scripts/derive; {changes:#?}\n{diff}");
    }
}

#[test]
fn schema_and_reference_are_up_to_date() {
    let schema = schema_of(catalog()).unwrap_or_else(|f| panic!("{f:#?}"));
    assert!(
        read("values/lakehouse.schema.json") == format!("{:#}\n", schema.composed()),
        "run scripts/derive"
    );
    assert!(read("values/reference.yaml") == reference::text(&schema), "run scripts/derive");
}

#[test]
fn the_reference_is_itself_valid() {
    let found = generate_text("values/reference.yaml", &read("values/reference.yaml"));
    // The reference names no bucket and no role, which some components need: only such rules may speak.
    if let Err(found) = found {
        for finding in found.iter() {
            assert!(finding.code.starts_with('R'), "{finding:#?}");
        }
    }
}

#[test]
fn place_locale_and_time_zone_do_not_matter() {
    let write = |folder: &Path, locale: &str, zone: &str| {
        Command::cargo_bin("lakehelm")
            .expect("built")
            .current_dir(folder)
            .env("LC_ALL", locale)
            .env("TZ", zone)
            .args(["generate", "--output", "out"])
            .assert()
            .success();
        let mut files: Vec<_> = walkdir::WalkDir::new(folder.join("out"))
            .into_iter()
            .map(|entry| entry.expect("reads").into_path())
            .filter(|path| path.is_file())
            .map(|path| {
                (path.strip_prefix(folder).expect("below").to_owned(), std::fs::read(&path).expect("reads"))
            })
            .collect();
        files.sort();
        files
    };
    let (one, two) = (tempfile::tempdir().expect("tempdir"), tempfile::tempdir().expect("tempdir"));
    assert!(write(one.path(), "C", "UTC") == write(two.path(), "tr_TR.UTF-8", "Asia/Tokyo"));
}

#[test]
fn nothing_generated_holds_a_credential() {
    for starter in STARTERS {
        let generated = generate_text(starter, &read(&format!("values/{starter}.yaml")))
            .unwrap_or_else(|f| panic!("{f:#?}"));
        for (path, file) in generated.tree.iter() {
            let text = String::from_utf8_lossy(&file.bytes);
            for (number, line) in text.lines().enumerate() {
                assert!(!looks_like_a_credential(line), "{starter}/{path}:{}: {line}", number + 1);
            }
        }
    }
}

/// An access key's form, a key block, or a word such as `password:` followed by a literal.
fn looks_like_a_credential(line: &str) -> bool {
    let key_id = line.as_bytes().windows(20).any(|w| {
        (w.starts_with(b"AKIA") || w.starts_with(b"ASIA"))
            && w[4..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    });
    if key_id || (line.contains("-----BEGIN") && line.contains("KEY")) {
        return true;
    }
    let Some((name, value)) = line.split_once(": ") else { return false };
    let name = name.trim_start_matches([' ', '-', '"', '#']).to_lowercase();
    let value = value.trim().trim_matches(['"', '\'']);
    let secret = ["password", "secret-key", "secret_key", "credential", "token"]
        .iter()
        .any(|word| name.ends_with(word));
    // References: names of keys and Secrets, env: properties, ${VAR}, {{ }}, paths, booleans, classes.
    let reference = value.is_empty()
        || value.starts_with("env:")
        || value.contains("${")
        || value.contains("{{")
        || value.starts_with(['{', '[', '|', '>', '/'])
        || ["true", "false", "password", "secret_access_key", "client-secret", "root-password"]
            .contains(&value)
        || value.contains(' ');
    secret && !reference
}

#[test]
fn the_check_for_credentials_finds_them() {
    assert!(looks_like_a_credential("    s3.secret-key: abc123"));
    assert!(looks_like_a_credential("credential: root:s3cr3t"));
    assert!(looks_like_a_credential(&format!("id: AKIA{}", "A1B2C3D4E5F6G7H8")));
    assert!(!looks_like_a_credential("credential: env:ICEBERG_CREDENTIAL"));
    assert!(!looks_like_a_credential("s3.secret-key: ${S3_SECRET_KEY}"));
}
