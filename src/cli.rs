//! The command line: one file a subcommand. Doc comments are its help: of the variant of [`Command`], and of its options.

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

// Their options are defined when one of them runs: defining all of them is a sixth of a short run.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Generate the charts, images, scripts and lock of a platform
    Generate(generate::Arguments),
    /// Patch Kubernetes manifests on their way from Helm to the cluster
    PostRender(post_render::Arguments),
    /// Write the plugin that makes Helm 4 find this program as a post-renderer
    HelmPlugin(helm_plugin::Arguments),
    /// Write a first values file: short, commented, with the schema for editors beside it
    ///
    /// Nothing is asked and nothing is overwritten.
    Init(init::Arguments),
    /// Check values files: whatever `generate` would refuse or warn about
    ///
    /// All findings come in one run. Each FILE is checked on its own; files given with -f are checked together, merged as
    /// `generate` merges them.
    Validate(validate::Arguments),
    /// Set values in a values file; comments and layout stay
    ///
    /// The schema decides what a text means: `1.20` is text where text is meant. The result is checked first; when it
    /// would be invalid, nothing is written.
    Set(set::Arguments),
    /// Remove values from a values file, so that their defaults apply; comments and layout stay
    ///
    /// The result is checked first; when it would be invalid, nothing is written.
    Unset(unset::Arguments),
    /// Print values of a values file
    ///
    /// A text is printed as it is, a map or a list as YAML. Exit code 1 when the file does not say it.
    Get(get::Arguments),
    /// Explain a value: type, default, rules, where Helm finds it, which generated files it changes
    ///
    /// Without a path: what the values file has at its top.
    Explain(explain::Arguments),
    /// Show what a change would do to a platform: by release and resource, with the risk of each change
    ///
    /// A side is a values file, or a folder that `generate` wrote. `diff OLD NEW` and `diff -f OLD -f NEW` compare two;
    /// `diff NEW` compares a values file with generated/<its stem>. With helm in PATH (or --helm) the charts are rendered and
    /// objects are compared. Upstream charts are compared by version and values, or with --charts by their objects and CRDs too,
    /// patched as at installation. Without helm: values and templates.
    Diff(diff::Arguments),
    /// Print the JSON Schema of the values file or of post-render, or a page that is derived from the catalogue
    Schema(schema::Arguments),
    /// Print the completion script of a shell; it also completes the paths of values
    ///
    /// bash: source <(lakehelm completions bash), zsh: source <(lakehelm completions zsh),
    /// fish: lakehelm completions fish | source. The script asks the program itself, so it fits as long as both are of one
    /// version.
    Completions(completions::Arguments),
    /// Write the man pages: one for the program, one a command
    Man(man::Arguments),
    /// Write the derived pages of the documentation
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
