//! `lakehelm helm-plugin`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;

use super::Exit;
use super::findings::say;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Folder for plugins, to be given to Helm 4 in HELM_PLUGINS; the plugin is written to DIR/lakehelm
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Write even to the folder that Helm 3 reads too: every Helm 3 command then warns and loads no plugin
    #[arg(long)]
    force: bool,
}

const NAME: &str = "lakehelm";

pub(super) fn run(arguments: &Arguments) -> Result<Exit> {
    if !arguments.force && is_shared(&arguments.folder) {
        say(&format!("error: {} is the folder that Helm 3 and Helm 4 share", arguments.folder.display()));
        say("A plugin for Helm 4 in it makes every Helm 3 command warn and disables all plugins of Helm 3.");
        say("Take a folder of its own and set HELM_PLUGINS to it for Helm 4, or give --force.");
        return Ok(Exit::Findings);
    }
    let plugin = arguments.folder.join(NAME);
    let binary = plugin.join("bin").join(NAME);
    std::fs::create_dir_all(plugin.join("bin"))
        .with_context(|| format!("cannot make {}", plugin.display()))?;
    std::fs::write(plugin.join("plugin.yaml"), manifest())
        .with_context(|| format!("cannot write to {}", plugin.display()))?;
    let own = std::env::current_exe().context("cannot find this program")?;
    if own.canonicalize().ok() != binary.canonicalize().ok() || !binary.exists() {
        std::fs::copy(&own, &binary).with_context(|| format!("cannot write {}", binary.display()))?;
    }
    say(&format!("wrote {}", plugin.display()));
    say(&format!("export HELM_PLUGINS={}", arguments.folder.display()));
    say(
        "helm upgrade --install RELEASE CHART --post-renderer lakehelm --post-renderer-args post-render --post-renderer-args -c --post-renderer-args FILE",
    );
    Ok(Exit::Done)
}

/// What Helm 4 reads; a key that it does not know would make it ignore the plugin.
fn manifest() -> String {
    format!(
        "apiVersion: v1\ntype: postrenderer/v1\nname: {NAME}\nversion: {}\nruntime: subprocess\nruntimeConfig:\n  platformCommand:\n    - command: ${{HELM_PLUGIN_DIR}}/bin/{NAME}\n",
        env!("CARGO_PKG_VERSION")
    )
}

/// True for the folder that Helm uses when HELM_PLUGINS is not set.
fn is_shared(folder: &Path) -> bool {
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    let data = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let candidates = [
        data("HELM_DATA_HOME").map(|data| data.join("plugins")),
        data("XDG_DATA_HOME").map(|data| data.join("helm/plugins")),
        home().map(|home| home.join(".local/share/helm/plugins")),
        home().map(|home| home.join("Library/helm/plugins")),
    ];
    let real = |path: &Path| {
        path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
    };
    candidates.into_iter().flatten().any(|candidate| real(&candidate) == real(folder))
}
