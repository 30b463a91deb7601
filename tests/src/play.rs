//! Plays a case from its first directive to its last.

use std::env;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::case::{Action, Asked, Case, Step};
use crate::environment::Environment;
use crate::expected::Expected;
use crate::project::Project;
use crate::record::Seen;
use crate::report;
use crate::session::{STEP, Session, shell_code};
use crate::{binary, oracle, refusals, remains};

/// What all cases share.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The `cargo-hot` under test.
    pub cargo_hot: PathBuf,
    /// Where projects are laid out, one directory for each case.
    pub projects: PathBuf,
    /// The target directory of all projects.
    pub target: PathBuf,
    /// What `cargo hot` is told to take; `None` leaves the choice to it.
    pub route: Option<&'static str>,
}

impl Stage {
    /// Builds `cargo-hot` where needed.
    pub fn set(route: Option<&'static str>) -> Result<Self> {
        let place = binary::target_directory()?.join("end-to-end").join(route.unwrap_or("auto"));
        let cargo_hot = binary::cargo_hot()?;
        Ok(Self { cargo_hot, projects: place.join("projects"), target: place.join("target"), route })
    }
}

/// What a case has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Played {
    /// Whether something was compiled alone.
    pub sliced: bool,
}

/// Plays a case; an error is a whole report.
pub fn play(case: &Case, stage: &Stage) -> Result<Played> {
    let environment = Environment::new(&stage.target, &case.launch.env)?;
    let project = Project::lay_out(case, &stage.projects)?;
    let mut run = Run { case, stage, environment: &environment, project, sessions: Vec::new() };
    let result = run.play().and_then(|()| remains::check(&environment));
    if let Err(error) = result {
        let report = report::failure(case, &error, &run.project.root, &run.sessions);
        drop(run.sessions);
        remains::clear(&environment);
        bail!(report);
    }
    if env::var_os("KEEP").is_none() {
        run.project.remove()?;
    }
    let is_slice = |event: &Value| event["route"] == "slice";
    let sliced = run.sessions.iter().any(|session| session.record().seen().events.iter().any(is_slice));
    Ok(Played { sliced })
}

struct Run<'a> {
    case: &'a Case,
    stage: &'a Stage,
    environment: &'a Environment,
    project: Project,
    sessions: Vec<Session>,
}

impl Run<'_> {
    fn play(&mut self) -> Result<()> {
        self.start()?;
        for step in &self.case.steps {
            let script = self.case.script.display();
            self.act(step).with_context(|| format!("{script}:{}: `{}`", step.line, step.text))?;
        }
        for session in &mut self.sessions {
            session.finish()?;
        }
        self.never()?;
        self.page()
    }

    /// What the documents show of this case.
    fn page(&self) -> Result<()> {
        if self.stage.route.is_some() {
            return Ok(());
        }
        let seen = self.sessions[0].record().seen();
        let paths = [(self.stage.target.clone(), "/project/target"), (self.project.root.clone(), "/project")];
        refusals::check(&self.case.name, &seen.events, &paths)
    }

    fn start(&mut self) -> Result<()> {
        let (launch, directory) = (&self.case.launch, self.directory());
        let events = self.environment.events(self.sessions.len());
        self.sessions.push(Session::start(
            &self.stage.cargo_hot,
            &directory,
            launch,
            self.environment,
            events,
            self.stage.route,
        )?);
        Ok(())
    }

    fn directory(&self) -> PathBuf {
        let cwd = &self.case.launch.cwd;
        if cwd.as_os_str().is_empty() { self.project.root.clone() } else { self.project.root.join(cwd) }
    }

    fn act(&mut self, step: &Step) -> Result<()> {
        if matches!(step.action, Action::Start) {
            ensure!(self.sessions.len() == step.session, "this session runs already");
            return self.start();
        }
        ensure!(step.session < self.sessions.len(), "this session was not started");
        if matches!(
            step.action,
            Action::Save(_)
                | Action::Burst(_)
                | Action::Rest
                | Action::Delete(_)
                | Action::Touch(_)
                | Action::Write(..)
                | Action::Hot(_)
        ) {
            for session in &mut self.sessions {
                session.begin_change()?;
            }
        }
        let session = &mut self.sessions[step.session];
        match &step.action {
            Action::Start => unreachable!("it was started above"),
            Action::Line(stream, pattern) => session.line(*stream, pattern),
            Action::Stdin(text) => session.send(text),
            Action::CloseStdin => {
                session.close_stdin();
                Ok(())
            }
            Action::Save(edits) => self.project.save(edits),
            Action::Burst(burst) => self.project.save_often(burst),
            Action::Rest => self.project.write_rest(),
            Action::Delete(file) => self.project.delete(file),
            Action::Touch(file) => self.project.touch(file),
            Action::Write(file, text) => self.project.write(file, text),
            Action::Event(expected) => self.event(step.session, expected),
            Action::Patches(time) => session.patches(*time),
            Action::NoEvent(time) => session.no_event(*time),
            Action::Signal(name, target) => session.signal(name, *target),
            Action::Hot(asked) => self.ask(asked),
            Action::Exit(None) => session.end().map(drop),
            Action::Exit(Some(code)) => {
                let status = session.exit()?;
                ensure!(status.code() == Some(*code), "cargo hot ended with {status}");
                Ok(())
            }
            Action::ExitSignal(number) => {
                let status = session.exit()?;
                ensure!(shell_code(status) == number + 128, "cargo hot ended with {status}");
                Ok(())
            }
            Action::Oracle => self.oracle(step),
            Action::Shared(library) => {
                let is_shared = oracle::is_shared(library, &self.project, &self.case.launch, self.environment)?;
                ensure!(is_shared, "an ordinary build compiles `{library}` again");
                Ok(())
            }
        }
    }

    fn event(&mut self, session: usize, expected: &Expected) -> Result<()> {
        let event = self.sessions[session].event(expected.kind)?;
        expected.check(&event, self.stage.route)?;
        if expected.as_cargo {
            let rendered = event["rendered"].as_str().context("the event has no rendered text")?;
            for error in oracle::compile_errors(&self.project, &self.case.launch, self.environment)? {
                ensure!(rendered.contains(error.trim()), "plain cargo says:\n{error}\ncargo hot says:\n{rendered}");
            }
        }
        Ok(())
    }

    fn ask(&self, asked: &Asked) -> Result<()> {
        let end = Instant::now() + STEP;
        loop {
            let mut command = self.environment.command(&self.stage.cargo_hot, &self.directory());
            let output = command.arg("hot").args(&asked.arguments).output().context("failed to start cargo hot")?;
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            ensure!(output.status.success() == asked.succeeds, "it ended with {}:\n{said}", output.status);
            let is_said = asked.says.iter().all(|text| said.contains(text));
            if is_said || !asked.soon || Instant::now() > end {
                ensure!(is_said, "it said:\n{said}");
                return Ok(());
            }
        }
    }

    fn oracle(&self, step: &Step) -> Result<()> {
        let (project, launch) = (&self.project, &self.case.launch);
        let fresh = oracle::fresh_output_at((&self.case.name, step.line), project, launch, self.environment)?;
        let output = |seen: &Seen| {
            let printed = seen.stdout.lines.iter().rev().find_map(|line| oracle::output(line));
            printed.map(|output| oracle::without_root(output, project))
        };
        // What it printed last may be from before the patch.
        let record = self.sessions[step.session].record();
        if record.wait(STEP, |seen| (output(seen).as_ref() == Some(&fresh)).then_some(())).is_none() {
            let patched = output(&record.seen());
            let patched = patched.with_context(|| format!("the program printed no line with `{}`", oracle::MARK))?;
            bail!("the patched program printed `{patched}`, a fresh build prints `{fresh}`");
        }
        Ok(())
    }

    fn never(&self) -> Result<()> {
        for (stream, regex) in &self.case.never {
            for session in &self.sessions {
                let seen = session.record().seen();
                if let Some(line) = seen.lines(*stream).lines.iter().find(|line| regex.is_match(line)) {
                    bail!("`{line}` must never be printed (`{regex}`)");
                }
            }
        }
        Ok(())
    }
}
