//! The `lakehelm` program.

fn main() -> std::process::ExitCode {
    lakehelm::cli::run()
}
