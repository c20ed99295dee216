//! What each code means: the table behind `docs/diagnostics.md` and `lakehelm explain CODE`.

use std::sync::OnceLock;

use serde::Deserialize;

/// One code of a finding.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The word.
    pub code: String,
    /// What is wrong.
    pub means: String,
    /// A text that has the finding.
    pub example: Option<String>,
    /// How to go on.
    pub cure: String,
}

/// Codes that belong together.
#[derive(Debug)]
pub struct Group {
    /// `values`, `yaml`, `editing`, `output`, `patches`, `catalogue`.
    pub name: String,
    /// In the order of the table.
    pub codes: Vec<Code>,
}

const TABLE: &str = include_str!("codes.yaml");

/// All codes, by group. The codes of cross-field rules are in the schema.
pub fn groups() -> &'static [Group] {
    static GROUPS: OnceLock<Vec<Group>> = OnceLock::new();
    GROUPS.get_or_init(|| {
        // A table that does not read is caught by the test below.
        let table: serde_yaml::Mapping = serde_yaml::from_str(TABLE).unwrap_or_default();
        let group = |(name, codes): (serde_yaml::Value, serde_yaml::Value)| {
            Some(Group { name: name.as_str()?.to_owned(), codes: serde_yaml::from_value(codes).ok()? })
        };
        table.into_iter().filter_map(group).collect()
    })
}

/// One code.
pub fn find(code: &str) -> Option<&'static Code> {
    groups().iter().flat_map(|group| &group.codes).find(|known| known.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        let table: serde_yaml::Mapping = serde_yaml::from_str(TABLE).expect("reads");
        assert_eq!(groups().len(), table.len(), "a group does not read");
        assert!(find("wrong-type").is_some_and(|code| code.example.is_some()));
        let mut codes: Vec<_> =
            groups().iter().flat_map(|group| &group.codes).map(|code| &code.code).collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), count, "a code is there twice");
    }
}
