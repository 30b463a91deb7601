//! Asks plain cargo what the sources, as they are now, do and say.

use std::collections::HashMap;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;

use crate::binary;
use crate::case::Launch;
use crate::environment::Environment;
use crate::project::Project;
use crate::record::Record;

/// What a line says after this mark depends on the sources alone, not on what the program lived through.
pub const MARK: &str = "out: ";

/// Build and first output of a tiny program, on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// What follows [`MARK`] in the first such line that a fresh ordinary build prints at a step of a case, with `{root}` for the
/// project's root. It is asked once: by another route, a case comes to the same sources.
pub fn fresh_output_at(
    step: (&str, usize),
    project: &Project,
    launch: &Launch,
    environment: &Environment,
) -> Result<String> {
    type Answer = Arc<OnceLock<Result<String, String>>>;
    static ANSWERS: LazyLock<Mutex<HashMap<(String, usize), Answer>>> = LazyLock::new(Mutex::default);
    let key = (step.0.to_owned(), step.1);
    let answer = Arc::clone(ANSWERS.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
    let ask = || fresh_output(project, launch, environment).map(|output| without_root(&output, project));
    answer.get_or_init(|| ask().map_err(|error| format!("{error:#}"))).clone().map_err(Error::msg)
}

/// The same in every copy of the project.
pub fn without_root(output: &str, project: &Project) -> String {
    output.replace(&*project.root.to_string_lossy(), "{root}")
}

/// What follows [`MARK`] in the first such line that a fresh ordinary build prints.
fn fresh_output(project: &Project, launch: &Launch, environment: &Environment) -> Result<String> {
    let mut command = environment.command(&binary::cargo(), &project.root.join(&launch.cwd));
    let is_ours = |option: &&String| ["--restart", "--hold-on-panic"].contains(&option.as_str());
    command.arg("run").args(launch.run.iter().filter(|option| !is_ours(option)));
    command.arg("--").args(&launch.args);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let child = command.spawn().context("failed to start cargo run")?;
    let group = Pid::from_child(&child);
    let record = Record::follow(child, None);
    let found = record.wait(LIMIT, |seen| match seen.stdout.lines.iter().find_map(|line| output(line)) {
        Some(output) => Some(Some(output.to_owned())),
        None => seen.stdout.closed.then_some(None),
    });
    // It has ended already, or never would.
    let _ = kill_process_group(group, Signal::KILL);
    match found {
        Some(Some(output)) => Ok(output),
        _ => bail!("the fresh build printed no line with `{MARK}`:\n{}", record.seen().stderr.lines.join("\n")),
    }
}

/// What follows [`MARK`] in a line.
pub fn output(line: &str) -> Option<&str> {
    line.split_once(MARK).map(|(_, output)| output)
}

/// The errors of an ordinary build, as rustc renders them.
pub fn compile_errors(project: &Project, launch: &Launch, environment: &Environment) -> Result<Vec<String>> {
    let messages = build(project, launch, environment)?;
    let errors = messages.iter().filter(|message| message["message"]["level"] == "error");
    // "aborting due to" has no place in the sources.
    let errors = errors.filter(|message| message["message"]["spans"].as_array().is_some_and(|spans| !spans.is_empty()));
    let errors: Vec<String> = errors.filter_map(|it| it["message"]["rendered"].as_str().map(str::to_owned)).collect();
    if errors.is_empty() {
        bail!("an ordinary build of the sources has no error");
    }
    Ok(errors)
}

/// Whether an ordinary build takes the library of this name as it was built before.
pub fn is_shared(library: &str, project: &Project, launch: &Launch, environment: &Environment) -> Result<bool> {
    let messages = build(project, launch, environment)?;
    let mut artifacts = messages.iter().filter(|message| message["reason"] == "compiler-artifact");
    let built = artifacts.find(|artifact| artifact["target"]["name"] == library);
    let built = built.with_context(|| format!("an ordinary build has no library `{library}`"))?;
    Ok(built["fresh"] == true)
}

/// What cargo says of an ordinary build.
fn build(project: &Project, launch: &Launch, environment: &Environment) -> Result<Vec<Value>> {
    let mut command = environment.command(&binary::cargo(), &project.root.join(&launch.cwd));
    command.arg("build").args(&launch.run).args(["--message-format", "json"]);
    let built = command.output().context("failed to start cargo build")?;
    let messages = String::from_utf8(built.stdout).context("cargo's messages are not UTF-8")?;
    Ok(messages.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}
