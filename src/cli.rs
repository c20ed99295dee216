//! The command line: one file a subcommand, whose doc comment is its help.

mod complete;
mod completions;
mod diff;
mod docs;
mod explain;
mod findings;
mod generate;
mod get;
mod helm_plugin;
mod init;
mod log;
mod man;
mod post_render;
mod schema;
mod set;
mod starters;
mod summary;
mod unset;
mod validate;
mod values_file;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::CompleteEnv;

/// How a run ended; the numbers are a contract with scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done = 0,
    /// There are findings: wrong input, or `--check` found differences.
    Findings = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The environment failed: a file that cannot be read or written, a full disk.
    Environment = 3,
}

/// One schema-checked values file in, installable Helm charts for a streaming lakehouse out
#[derive(Debug, Parser)]
#[command(
    name = "lakehelm",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 findings, 2 usage, 3 environment."
)]
struct Cli {
    /// When to use colour: auto (on a terminal, unless NO_COLOR is set), always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        value_enum,
        default_value_t = Color::Auto,
        hide_possible_values = true,
        display_order = LAST
    )]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

/// Behind the options of the command itself.
const LAST: usize = 500;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Arguments),
    PostRender(post_render::Arguments),
    HelmPlugin(helm_plugin::Arguments),
    Init(init::Arguments),
    Validate(validate::Arguments),
    Set(set::Arguments),
    Unset(unset::Arguments),
    Get(get::Arguments),
    Explain(explain::Arguments),
    Diff(diff::Arguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
    #[command(hide = true)]
    Docs(docs::Arguments),
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    // Ends the process when a shell asks for completions.
    CompleteEnv::with_factory(Cli::command).var(completions::VARIABLE).complete();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            // Nothing can be said when even this cannot be printed.
            error.print().ok();
            return ExitCode::from(code as u8);
        }
    };
    match cli.color {
        Color::Auto => {}
        Color::Always => colorchoice::ColorChoice::Always.write_global(),
        Color::Never => colorchoice::ColorChoice::Never.write_global(),
    }
    let result = match cli.command {
        Command::Generate(arguments) => generate::run(&arguments),
        Command::PostRender(arguments) => post_render::run(&arguments),
        Command::HelmPlugin(arguments) => helm_plugin::run(&arguments),
        Command::Validate(arguments) => validate::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Set(arguments) => set::run(&arguments),
        Command::Unset(arguments) => unset::run(&arguments),
        Command::Get(arguments) => get::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Docs(arguments) => docs::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
    };
    let exit = result.unwrap_or_else(|error| {
        // `head` closing the pipe is no failure.
        if error.chain().any(|cause| {
            cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
        }) {
            return Exit::Done;
        }
        findings::say(&format!("error: {error:#}"));
        Exit::Environment
    });
    ExitCode::from(exit as u8)
}
