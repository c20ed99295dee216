//! `lakehelm init`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::findings::say;
use super::starters::{self, Starter};
use super::summary::next_steps;
use super::{Exit, values_file};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Where the platform is to run
    #[arg(long, default_value = starters::DEFAULT, value_parser = profiles())]
    profile: String,
    /// File to write [default: values/<profile>.yaml]; `-` prints it
    file: Option<PathBuf>,
}

fn profiles() -> PossibleValuesParser {
    let one = |starter: Starter| PossibleValue::new(starter.name).help(starter.summary());
    PossibleValuesParser::new(starters::all().into_iter().map(one))
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    let starter = starters::all().into_iter().find(|starter| starter.name == arguments.profile);
    let starter = starter.context("this profile has no starter")?;
    let file =
        arguments.file.clone().unwrap_or_else(|| Path::new("values").join(format!("{}.yaml", starter.name)));
    if file == Path::new("-") {
        write!(anstream::stdout().lock(), "{}", starter.text)?;
        return Ok(Exit::Done);
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    }
    if !create(&file, starter.text)? {
        say(&format!("error[file-exists]: {} is there already", file.display()));
        say("help: Name another file, or change it with `lakehelm set`. Nothing was written.");
        return Ok(Exit::Findings);
    }
    say(&format!("{}: written", file.display()));
    write_schema(&file.with_file_name(starter.schema()))?;
    let name = file.display();
    let steps = [
        ("lakehelm explain".to_owned(), "what can be set"),
        (format!("lakehelm set {name} PATH=VALUE"), "or edit the file"),
        (format!("lakehelm validate {name}"), ""),
        (format!("lakehelm generate -f {name}"), "writes the charts"),
    ];
    let steps = steps.map(|(run, why)| (run, why.to_owned()));
    say(&format!("\n{}", next_steps(&steps).trim_end()));
    Ok(Exit::Done)
}

/// The schema that the first line names; an older one is somebody's and stays.
fn write_schema(path: &Path) -> Result<()> {
    let model = match values_file::model(None)? {
        Ok(model) => model,
        Err(found) => {
            values_file::refuse(&found)?;
            anyhow::bail!("the schema cannot be composed");
        }
    };
    let text = format!("{:#}\n", model.schema.composed());
    if create(path, &text)? {
        say(&format!("{}: written, for editors", path.display()));
    } else if std::fs::read_to_string(path).ok().as_deref() != Some(&text) {
        say(&format!(
            "{}: kept, but it is of another version; `lakehelm schema` prints this one's",
            path.display()
        ));
    }
    Ok(())
}

/// Writes a new file; false when the name is taken.
fn create(path: &Path, text: &str) -> Result<bool> {
    let describe = || format!("cannot write {}", path.display());
    match std::fs::File::create_new(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes()).with_context(describe)?;
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error).with_context(describe),
    }
}
