//! Kinds of file, by where they stand and how their names end.

/// Decides how a printed value is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// YAML or JSON that nobody renders again.
    Yaml,
    /// YAML that Helm renders: its braces must not come from a value.
    HelmYaml,
    /// Shell scripts.
    Shell,
    /// Anything else: as it is.
    Plain,
}

impl Kind {
    /// The kind of a component's file, with or without the template ending.
    pub fn of(path: &str) -> Self {
        let path = path.strip_suffix(super::SUFFIX).unwrap_or(path);
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "yaml" | "yml" if path.starts_with("chart/templates/") => Self::HelmYaml,
            "yaml" | "yml" | "json" => Self::Yaml,
            "sh" => Self::Shell,
            _ => Self::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_and_ending_decide() {
        assert_eq!(Kind::of("chart/templates/a.yaml.tera"), Kind::HelmYaml);
        assert_eq!(Kind::of("plan.yaml.tera"), Kind::Yaml);
        assert_eq!(Kind::of("files/install.sh.tera"), Kind::Shell);
        assert_eq!(Kind::of("files/images/app/Dockerfile.tera"), Kind::Plain);
        assert_eq!(Kind::of("chart/templates/NOTES.txt.tera"), Kind::Plain);
    }
}
