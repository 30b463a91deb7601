//! Which profile a build has, and whether link-time optimization is on in it.

use crate::project::Project;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::Path;
use toml::{Table, Value};

/// The variable that sets an option of a profile over what manifest and configuration say.
pub(super) fn variable(profile: &str, option: &str) -> String {
    format!("CARGO_PROFILE_{}_{option}", profile.replace('-', "_").to_uppercase())
}

/// Whether the profile asks for link-time optimization across crates.
pub(super) fn has_lto(project: &Project, profile: &str) -> bool {
    let configuration = env::current_dir().map(|folder| cargo_config2::Walk::new(&folder).collect::<Vec<_>>());
    let manifest = project.workspace_root.join("Cargo.toml");
    let files = configuration.unwrap_or_default().into_iter().chain([manifest]);
    let overrides = project.overrides.tables();
    let tables: Vec<Table> = overrides.iter().cloned().chain(files.filter_map(|file| read(&file))).collect();
    let overridden = || overrides.iter().find_map(|table| table.get("profile")?.get(profile)?.get("lto")).cloned();
    let set = || {
        let set = env::var(variable(profile, "LTO")).ok()?;
        Some(set.parse().map_or(Value::String(set), Value::Boolean))
    };
    overridden().or_else(set).or_else(|| option(&tables, profile, "lto")).is_some_and(|lto| crosses_crates(&lto))
}

fn read(file: &Path) -> Option<Table> {
    fs::read_to_string(file).ok()?.parse().ok()
}

/// In the tables, the first before the others; or else in the profile that this one inherits from.
fn option(tables: &[Table], profile: &str, name: &str) -> Option<Value> {
    let of = |profile: &str, name| tables.iter().find_map(|table| table.get("profile")?.get(profile)?.get(name));
    let mut profile = profile;
    let mut seen = BTreeSet::new();
    while seen.insert(profile) {
        if let Some(value) = of(profile, name) {
            return Some(value.clone());
        }
        profile = of(profile, "inherits")?.as_str()?;
    }
    None
}

/// `false` is optimization within one crate.
fn crosses_crates(lto: &Value) -> bool {
    match lto {
        Value::Boolean(is_fat) => *is_fat,
        Value::String(kind) => kind != "off",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_that_of_the_nearest() {
        let configuration = "profile.mine.lto = 'off'";
        let manifest = "profile.release.lto = 'thin'\n[profile.mine]\ninherits = 'dist'\nlto = true\n\
            [profile.dist]\ninherits = 'release'\n[profile.dev]\nlto = false\n[profile.none]\ninherits = 'none'\n";
        let tables = [configuration, manifest].map(|text| text.parse().unwrap());
        let has = |profile| option(&tables, profile, "lto").is_some_and(|lto| crosses_crates(&lto));
        for (profile, wanted) in [("mine", false), ("dist", true), ("release", true), ("dev", false), ("none", false)] {
            assert_eq!(has(profile), wanted, "{profile}");
        }
        let has = |profile| option(&tables[1..], profile, "lto").is_some_and(|lto| crosses_crates(&lto));
        assert!(has("mine"));
    }

    #[test]
    fn a_profiles_variable_is_spelled_as_cargo_does() {
        assert_eq!(variable("my-own", "LTO"), "CARGO_PROFILE_MY_OWN_LTO");
    }
}
