//! How much of real crates is compiled alone after a change of its body: `cargo hot coverage` of five from the registry.
//!
//! `cargo bench -p tests --bench real_crates`; it asks the network for what cargo has not fetched yet.

mod table;
mod tool;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tests::binary;
use tests::environment::Environment;

/// Some 5,000 lines and more, in different styles: a command with tables from a build script, a command, a builder of
/// many small generics, an engine with macros and hand-written tables, an interface to systems below `#[path]` and `cfg`.
const CRATES: [(&str, &str); 5] = [
    ("tokei", "15.0.0"),
    ("hyperfine", "1.20.0"),
    ("clap_builder", "4.6.7"),
    ("regex-automata", "0.4.18"),
    ("sysinfo", "0.40.1"),
];

/// What was found in one package, which may be a library and a program.
struct Covered {
    name: String,
    functions: usize,
    eligible: usize,
    alone: usize,
    identical: usize,
    /// As identical, but for the form of some references.
    equal: usize,
    reasons: BTreeMap<String, usize>,
}

fn main() -> Result<()> {
    let cargo_hot = tool::cargo_hot()?;
    let place = binary::target_directory()?.join("benches/real");
    let environment = Environment::new(&place.join("target"), &[("CARGO_NET_OFFLINE".into(), "false".into())])?;
    let registry = fetch(&environment, &place.join("fetch"))?;
    let mut found = Vec::new();
    for (name, version) in CRATES {
        let root = place.join(name);
        copy(&registry.join(format!("{name}-{version}")), &root)?;
        let mut command = environment.command(&cargo_hot, &root);
        let coverage = output(command.args(["hot", "coverage", "--json"])).with_context(|| format!("of `{name}`"))?;
        found.push(Covered::new(name, &coverage)?);
    }
    report(&found);
    Ok(())
}

/// Has cargo fetch the crates, and finds the folder that it puts sources into.
fn fetch(environment: &Environment, project: &Path) -> Result<PathBuf> {
    let crates: String = CRATES.iter().map(|(name, version)| format!("{name} = \"={version}\"\n")).collect();
    let package = "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::create_dir_all(project.join("src")).context("failed to make a project")?;
    fs::write(project.join("src/lib.rs"), "").context("failed to make a project")?;
    fs::write(project.join("Cargo.toml"), format!("{package}\n[dependencies]\n{crates}"))
        .context("failed to make a project")?;
    run(environment, project, &["fetch", "--quiet"])?;
    let metadata = run(environment, project, &["metadata", "--quiet", "--offline", "--format-version", "1"])?;
    let metadata: Value = serde_json::from_slice(&metadata).context("cargo's metadata is no JSON")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    // All are of one registry.
    let mut manifests = packages.filter(|package| package["name"] == CRATES[0].0);
    let manifest = manifests.next().and_then(|package| package["manifest_path"].as_str());
    let folder = manifest.and_then(|manifest| Path::new(manifest).ancestors().nth(2));
    folder.map(Path::to_owned).context("cargo names no folder of sources")
}

fn run(environment: &Environment, directory: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    output(environment.command(&binary::cargo(), directory).args(arguments))
}

fn output(command: &mut Command) -> Result<Vec<u8>> {
    let name = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("failed to run `{name}`"))?;
    ensure!(output.status.success(), "`{name}`: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// As a workspace of its own.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        fs::remove_dir_all(to).with_context(|| format!("failed to remove `{}`", to.display()))?;
    }
    output(Command::new("cp").arg("-r").arg(from).arg(to))?;
    let manifest = to.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).with_context(|| format!("failed to read `{}`", manifest.display()))?;
    if !text.lines().any(|line| line.starts_with("[workspace")) {
        fs::write(&manifest, text + "\n[workspace]\n").context("failed to write a manifest")?;
    }
    Ok(())
}

impl Covered {
    /// From what `cargo hot coverage` says of each crate of a package.
    fn new(package: &str, coverage: &[u8]) -> Result<Self> {
        let crates: Vec<Value> = serde_json::from_slice(coverage).context("the coverage is no JSON")?;
        let functions: Vec<&Value> =
            crates.iter().filter_map(|found| found["functions"].as_array()).flatten().collect();
        let count = |holds: &dyn Fn(&Value) -> bool| functions.iter().filter(|function| holds(function)).count();
        let mut reasons = BTreeMap::new();
        for reason in functions.iter().filter_map(|function| function["reason"].as_str()) {
            *reasons.entry(reason.to_owned()).or_default() += 1;
        }
        let is_alone = |function: &Value| function["reason"].is_null();
        Ok(Self {
            name: package.to_owned(),
            functions: functions.len(),
            eligible: count(&|function| function["is_eligible"] == true),
            alone: count(&is_alone),
            identical: count(&|function| is_alone(function) && function["difference"] == ""),
            equal: count(&|function| {
                let difference = function["difference"].as_str().unwrap_or_default();
                is_alone(function) && difference.starts_with("the same in another form")
            }),
            reasons,
        })
    }

    fn row(&self) -> Vec<String> {
        let share = |count: usize, of: usize| format!("{:.1} %", 100.0 * count as f64 / of.max(1) as f64);
        let counts = [self.functions, self.eligible, self.alone].map(|count| count.to_string());
        let same = self.identical + self.equal;
        let shares = [
            (self.alone, self.functions),
            (self.alone, self.eligible),
            (self.identical, self.alone),
            (same, self.alone),
        ];
        let shares = shares.map(|(count, of)| share(count, of));
        [self.name.clone()].into_iter().chain(counts).chain(shares).collect()
    }
}

fn report(found: &[Covered]) {
    let head =
        ["crate", "functions", "eligible", "alone", "of all", "of the eligible", "byte for byte", "or in another form"];
    table::print("Functions that are compiled alone", &head, &found.iter().map(Covered::row).collect::<Vec<_>>());
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (reason, count) in found.iter().flat_map(|covered| &covered.reasons) {
        *counts.entry(reason).or_default() += count;
    }
    let mut reasons: Vec<_> = counts.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let names = found.iter().map(|covered| covered.name.as_str());
    let head: Vec<&str> = ["compiled with the whole crate, because"].into_iter().chain(names).chain(["all"]).collect();
    let rows = reasons.iter().map(|(reason, all)| {
        let counts = found.iter().map(|covered| covered.reasons.get(*reason).copied().unwrap_or_default());
        [(*reason).to_owned()].into_iter().chain(counts.chain([*all]).map(|count| count.to_string())).collect()
    });
    table::print("Why others are not", &head, &rows.collect::<Vec<_>>());
}
