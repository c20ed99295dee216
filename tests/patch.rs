//! A folder is a test: what `post-render` makes of `input.yaml` with `config.yaml`.
//!
//! `expected.yaml` is the output, byte for byte. `expected-error.txt` holds texts that the findings must
//! contain, one a line; a line that begins with `!` must not be in them.

use std::path::Path;

use lakehelm::catalog::{Files, shared};
use lakehelm::diagnostic::{Diagnostics, render};
use lakehelm::post_render::{self, Config, Rules};
use lakehelm::text::Source;

fn run(input: &[u8], config: &str) -> Result<Vec<u8>, Diagnostics> {
    let rules = Rules::of(&shared(Files::embedded()))?;
    let config = Config::parse(Source::new("config.yaml", config), &mut |_| Err("no files here".to_owned()))?;
    post_render::run(input, &[config], &rules).map(|rendered| rendered.output.to_vec())
}

fn case(path: &Path) -> datatest_stable::Result<()> {
    let folder = path.parent().ok_or("no folder")?;
    let config = std::fs::read_to_string(path)?;
    let input = std::fs::read_to_string(folder.join("input.yaml"))?;
    let expected = std::fs::read_to_string(folder.join("expected.yaml")).ok();
    for crlf in [false, true] {
        let turn = |text: &str| if crlf { text.replace('\n', "\r\n") } else { text.to_owned() };
        match (run(turn(&input).as_bytes(), &config), &expected) {
            (Ok(output), Some(expected)) => {
                let output = String::from_utf8(output)?;
                if output != turn(expected) {
                    return Err(format!("CR LF {crlf}: the output is\n{output}").into());
                }
            }
            (Err(found), Some(_)) => return Err(render::text(&found, false).into()),
            (Ok(_), None) => return Err("findings were expected".into()),
            (Err(found), None) => {
                let text = render::text(&found, false);
                for line in std::fs::read_to_string(folder.join("expected-error.txt"))?.lines() {
                    let (wanted, part) = line.strip_prefix('!').map_or((true, line), |part| (false, part));
                    if text.contains(part) != wanted {
                        return Err(format!("`{line}` does not hold for\n{text}").into());
                    }
                }
            }
        }
    }
    Ok(())
}

datatest_stable::harness! {
    { test = case, root = "tests/fixtures/patch", pattern = r"config\.yaml$" },
    { test = case, root = "tests/fixtures/recipes", pattern = r"config\.yaml$" },
}
