//! One `cargo hot run`: builds and starts the program, and takes every save to it until it ends.

use crate::base::launch::Tools;
use crate::base::record::{HotDir, Record};
use crate::cli::RunOptions;
use crate::confirm::Background;
use crate::control;
use crate::events::{Event, EventLog, Refusal, milliseconds};
use crate::folder::Folder;
use crate::held::Held;
use crate::host::{Door, Host};
use crate::inbox::{Inbox, Message};
use crate::leftovers::Leftovers;
use crate::loaded::Loaded;
use crate::program::{GRACE, Program, end_like, exited, forward_signals};
use crate::project::Project;
use crate::restart::is_source;
use crate::terminal::{report, say, say_held};
use crate::watch::{Save, Watch};
use anyhow::{Context, Result, anyhow, bail};
use hot_runtime::wire::{self, FromHost};
use signal_hook::consts::{SIGKILL, SIGTERM};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::thread;
use std::time::Instant;

/// Runs the program until it ends, and ends as it did.
///
/// # Errors
/// The project cannot be found, or the system does not give what a session needs. An edit that cannot go live is no
/// error: it is reported, and the program goes on.
pub(crate) fn run(options: &RunOptions) -> Result<ExitCode> {
    let mut session = Session::open(options)?;
    loop {
        if let End::Exited(status) = session.run_program()? {
            session.tell(&exited(status))?;
            say_held();
            drop(session);
            return Ok(end_like(status));
        }
    }
}

/// What outlives a restart of the program, and the program.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) options: RunOptions,
    pub(crate) project: Project,
    pub(crate) tools: Tools,
    pub(crate) inbox: Inbox,
    door: Door,
    pub(crate) watch: Watch,
    events: EventLog,
    /// For what the session compiles and links; gone with it.
    folder: Folder,
    pub(crate) program: Option<Program>,
    /// Where the running program listens; `None` before it said hello, and where it has no runtime.
    pub(crate) host: Option<Host>,
    pub(crate) loaded: Option<Loaded>,
    pub(crate) background: Option<Background>,
    pub(crate) leftovers: Leftovers,
    /// In the order in which they panicked.
    pub(crate) held: Vec<Held>,
    /// Those that panicked before their functions had names, and are not held.
    pub(crate) not_held: Vec<wire::Panicked>,
    /// Whether the program is asked for its live values, and not for a commit.
    pub(crate) is_keeping: bool,
    /// What is said of a commit that the program has not answered.
    pub(crate) waiting: Option<String>,
    /// Whether the user was told so of what was saved last: before it changes, there is no use in trying again.
    pub(crate) does_not_compile: bool,
    /// Whether a newer save ended what was done for the last one.
    pub(crate) is_cut_short: bool,
    /// Why what the program is made of is not known, so that no patch fits.
    pub(crate) unpatchable: Option<String>,
    /// What was saved and is not taken in: the program could not be patched yet, or the files could not be read.
    pub(crate) early: Option<Save>,
    begun: Instant,
    starts: u32,
}

/// Why the program runs no more.
enum End {
    Exited(ExitStatus),
    Restart,
}

impl Session {
    fn open(options: &RunOptions) -> Result<Self> {
        let project = Project::find(&options.project)?;
        let inbox = Inbox::new();
        let folder = Folder::make(&project)?;
        let door =
            Door::open(inbox.sender(), |control| control::announce(control, &project.workspace_root, folder.path()))?;
        control::listen(&door.control(), inbox.sender())?;
        let saves = inbox.sender();
        // The session may have ended; then nobody waits for saves.
        let mut watch = Watch::start(&project.target_directory, move |save| drop(saves.send(Message::Save(save))))?;
        for root in &project.package_roots {
            watch.add_package(root)?;
        }
        watch.add_folder(&project.workspace_root)?;
        let signals = inbox.sender();
        forward_signals(move |signal| drop(signals.send(Message::Signal(signal))))?;
        Ok(Self {
            options: options.clone(),
            tools: Tools::install(&project, options.cargo.profile(), options.hold_on_panic)?,
            project,
            inbox,
            door,
            watch,
            events: EventLog::open(options.events.as_deref())?,
            folder,
            program: None,
            host: None,
            loaded: None,
            background: None,
            leftovers: Leftovers::default(),
            held: Vec::new(),
            not_held: Vec::new(),
            is_keeping: false,
            waiting: None,
            does_not_compile: false,
            is_cut_short: false,
            unpatchable: None,
            early: None,
            begun: Instant::now(),
            starts: 0,
        })
    }

    /// Has commands find the session again where what they find it by is gone.
    pub(crate) fn announce(&mut self) -> Result<()> {
        self.folder.inner(Path::new(""))?;
        control::announce(&self.door.control(), &self.project.workspace_root, self.folder.path())
    }

    /// Tells the person and the programs that listen.
    pub(crate) fn tell(&mut self, event: &Event) -> Result<()> {
        report(event);
        self.does_not_compile |= matches!(event, Event::CompileError { .. });
        self.events.write(event)
    }

    /// A folder of this start of the program, for `purpose`.
    pub(crate) fn folder(&mut self, purpose: &str) -> Result<PathBuf> {
        self.folder.inner(&Path::new(&self.starts.to_string()).join(purpose))
    }

    fn run_program(&mut self) -> Result<End> {
        self.begun = Instant::now();
        self.forget_program();
        self.program = Some(self.start()?);
        loop {
            let message = self.inbox.next()?;
            match self.take(message) {
                Ok(None) => {}
                Ok(Some(end)) => return Ok(end),
                // The program runs, and what was saved stays noted.
                Err(error) => self.refuse(Refusal::Environment, &error)?,
            }
        }
    }

    /// Nothing of the program before is of use for the next one.
    pub(crate) fn forget_program(&mut self) {
        (self.host, self.loaded, self.background, self.unpatchable) = (None, None, None, None);
        self.leftovers = Leftovers::default();
        self.held.clear();
        self.not_held.clear();
        self.is_cut_short = false;
        self.starts += 1;
    }

    /// Has cargo build the program and start it.
    pub(crate) fn start(&self) -> Result<Program> {
        let child = self.tools.run(&self.options.for_cargo(), &self.options.arguments, &self.door.socket())?;
        let exits = self.inbox.sender();
        Program::watch(child, move |process, status| drop(exits.send(Message::Exited { process, status })))
    }

    /// Does what a message asks for; gives back why the program runs no more, if so.
    fn take(&mut self, message: Message) -> Result<Option<End>> {
        let Some(message) = self.hear_panics(message)? else { return Ok(None) };
        match message {
            Message::Exited { status, .. } if self.is_exit(&message) => return Ok(Some(End::Exited(status))),
            Message::Signal(signal) => self.program.iter().for_each(|program| program.signal(signal)),
            Message::Host { process, said, answer } if self.is_program(process) => self.heard(said, answer)?,
            Message::HungUp { process } => {
                self.host.take_if(|host| host.process == process);
            }
            Message::Loaded { process, loaded: Ok(loaded) } if self.runs(process) => self.ready(*loaded)?,
            Message::Loaded { process, loaded: Err(error) } if self.runs(process) => {
                let why = format!("nothing can be patched in this run: {error:#}");
                say(&why);
                self.unpatchable = Some(why);
                if let Some(save) = self.early.take() {
                    self.saved(save)?;
                }
            }
            Message::Save(save) => self.saved(save)?,
            Message::Request(request) => {
                if self.serve(request)? {
                    return Ok(Some(End::Restart));
                }
                self.go_on()?;
            }
            Message::Compiled { process, compiled } => self.heard_background(process, compiled)?,
            Message::Searched { stop, found } => self.heard_search(&stop, &found)?,
            // What was for a program that is gone.
            Message::Host { .. } | Message::Built(_) | Message::Exited { .. } | Message::Loaded { .. } => {}
        }
        Ok(None)
    }

    fn runs(&self, process: u32) -> bool {
        self.program.as_ref().is_some_and(|program| program.process == process)
    }

    /// Children of the program inherit nothing of ours, but a copy of it may be started by hand.
    fn is_program(&self, process: u32) -> bool {
        self.program.as_ref().is_some_and(|program| program.is_or_started(process))
    }

    fn heard(&mut self, said: FromHost, answer: Host) -> Result<()> {
        match said {
            FromHost::Launch { program } => self.launched(&program),
            FromHost::Hello { protocol, .. } => {
                self.greeted(protocol, answer);
                Ok(())
            }
            // Nobody asked for it any more.
            _ => Ok(()),
        }
    }

    /// A runner may start the program more than once. What patches build on is in one process alone: the first, until it ends
    /// unpatched.
    fn greeted(&mut self, protocol: u32, mut host: Host) {
        if self.host.is_some() || self.loaded.as_ref().is_some_and(|loaded| loaded.next_generation > 1) {
            say(&format!("process {} takes no patches: another one of this program does, or did", host.process));
            return host.turn_away();
        }
        match host.welcome(protocol, self.options.hold_on_panic, None) {
            Ok(()) => self.host = Some(host),
            Err(error) => {
                say(&format!("nothing can be patched in this run: {error:#}"));
                host.turn_away();
            }
        }
    }

    /// Cargo has built the program, which starts now.
    fn launched(&mut self, program: &Path) -> Result<()> {
        let Some(process) = self.program.as_ref().map(|program| program.process) else { return Ok(()) };
        let build_ms = milliseconds(self.begun.elapsed());
        let event = match self.starts {
            1 => Event::Started { pid: process, generation: 0, build_ms },
            _ => Event::Restarted { pid: process, kept: None },
        };
        self.tell(&event)?;
        let Some((record, hot_dir)) = self.record_of(program)? else {
            say("this program was not built for patching; saves are only compiled with `cargo hot restart`");
            return Ok(());
        };
        if record.program.as_ref().is_some_and(|program| !program.runtime) {
            say("nothing in this program is hot: add `hot-runtime` to its dependencies, `use hot_runtime::hot;` to a \
                 file, and `#[hot]` before a function that is called again and again");
        }
        if self.options.hold_on_panic && record.invocation.codegen("panic") == Some("abort") {
            say("nothing that panics can be held: the profile says `panic = \"abort\"`");
        }
        self.read(process, program, record, hot_dir)
    }

    /// What was written down when a program was built, if it was built for patching.
    pub(crate) fn record_of(&self, program: &Path) -> Result<Option<(Record, HotDir)>> {
        let Some(hot_dir) = HotDir::of_file(program, &self.project) else { return Ok(None) };
        Ok(hot_dir.of_program(program)?.map(|record| (record, hot_dir)))
    }

    /// Reads what the program of a process is made of, on a thread of its own.
    pub(crate) fn read(&self, process: u32, program: &Path, record: Record, hot_dir: HotDir) -> Result<()> {
        let (sender, packages, program) = (self.inbox.sender(), self.project.package_roots.clone(), program.to_owned());
        thread::Builder::new()
            .name("load".into())
            .spawn(move || {
                let read = || Loaded::read(&hot_dir, record, &program, &packages).map(Box::new);
                let loaded = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
                    bail!("cargo hot has a mistake of its own, which it met in reading the program")
                });
                let _ = sender.send(Message::Loaded { process, loaded });
            })
            .context("failed to start the thread that reads the program")?;
        Ok(())
    }

    pub(crate) fn ready(&mut self, loaded: Loaded) -> Result<()> {
        // Of another build, a folder may be another one by the same path.
        self.watch.follow(BTreeSet::new())?;
        self.watch.follow(loaded.folders())?;
        let missed = loaded.missed();
        if !missed.is_empty() {
            self.keep_for_later(Save { paths: missed, seen: Instant::now() });
        }
        if loaded.has_runtime && !loaded.has_hot_functions() {
            say("nothing in this program is hot: put `#[hot]` before a function that is called again and again");
        }
        self.loaded = Some(loaded);
        self.know_lock_file();
        self.tell_panics()?;
        match self.early.take() {
            Some(save) => self.apply(save),
            None => Ok(()),
        }
    }

    fn saved(&mut self, save: Save) -> Result<()> {
        if self.loaded.is_some() {
            return self.apply(save);
        }
        match &self.unpatchable {
            Some(why) if save.paths.iter().any(|path| is_source(path)) => {
                let why = anyhow!("{why}");
                self.refuse(Refusal::NotPatchable, &why)
            }
            Some(_) => Ok(()),
            None => {
                self.keep_for_later(save);
                Ok(())
            }
        }
    }

    pub(crate) fn keep_for_later(&mut self, save: Save) {
        match &mut self.early {
            Some(early) => {
                early.paths.extend(save.paths);
                early.seen = save.seen;
            }
            None => self.early = Some(save),
        }
    }

    /// Ends the program: by SIGTERM, and if it does not listen, by SIGKILL.
    pub(crate) fn stop(&mut self, program: &Program) -> Result<()> {
        program.signal(SIGTERM);
        self.end(program)
    }

    /// Waits until the program ends, which was asked to; if it does not listen, by SIGKILL.
    pub(crate) fn end(&mut self, program: &Program) -> Result<()> {
        let is_end =
            |message: &Message| matches!(message, Message::Exited { process, .. } if *process == program.process);
        let deadline = Instant::now() + GRACE;
        loop {
            match self.inbox.next_within(deadline.saturating_duration_since(Instant::now())) {
                Some(message) if is_end(&message) => return Ok(()),
                Some(message) => self.inbox.put_back(message),
                None => {
                    program.signal(SIGKILL);
                    return self.wait_for(
                        program.process,
                        |message| {
                            if is_end(&message) { Ok(()) } else { Err(message) }
                        },
                    );
                }
            }
        }
    }
}
