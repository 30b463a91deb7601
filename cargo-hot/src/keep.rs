//! `cargo hot restart --keep-state`: a new process that takes over the live values of the one that runs.
//!
//! The next program is built and started beside it, and stops before its own `main`. Then the program that runs writes its live
//! values, and lets nobody change them any more; the next one reads them, by the rules of a migration. If they fit, the first one
//! is ended and the next one goes on; if they do not, it is the other way round.

use crate::control::Answer;
use crate::events::Event;
use crate::host::Host;
use crate::inbox::Message;
use crate::loaded::Loaded;
use crate::program::Program;
use crate::session::Session;
use anyhow::{Context, Result};
use hot_runtime::wire::{FromHost, Outcome, Store};
use signal_hook::consts::{SIGKILL, SIGTERM};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The next program, before its `main`.
struct Next {
    program: Program,
    host: Host,
    protocol: u32,
    loaded: Box<Loaded>,
}

/// Why the program goes on that runs.
type Kept<T> = Result<T, String>;

/// How long the next program may take to read the values, while the other one waits.
const TIME: Duration = Duration::from_secs(30);

const ENDED: &str = "the program has ended meanwhile";

impl Session {
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn restart_with_state(&mut self) -> Result<Answer> {
        let Some(loaded) = self.loaded.as_ref().filter(|_| self.host.is_some()) else {
            return Ok(Err(format!("nothing can be kept: {}", self.not_patched())));
        };
        if loaded.image.types.is_empty() {
            return Ok(Err("nothing can be kept: no type of the program is live (`#[hot(serde)]`)".into()));
        }
        let successor = self.start()?;
        let process = successor.process;
        let next = match self.meet(successor)? {
            Ok(next) => next,
            Err(why) => {
                self.end_successor(process);
                return Ok(Err(why));
            }
        };
        let path = self.folder("state")?.join("values");
        let handed_over = self.hand_over(next, &path);
        // Nobody reads it twice; what cannot be removed is gone with the session.
        let _ = fs::remove_file(&path);
        let answer = handed_over?;
        if answer.is_err() {
            self.end_successor(process);
        }
        Ok(answer)
    }

    /// Waits until the next program is built and stands before its `main`.
    fn meet(&mut self, program: Program) -> Result<Kept<Next>> {
        let (mut host, mut read) = (None, None);
        loop {
            match (host, read) {
                (Some((protocol, host)), Some(loaded)) => {
                    return Ok(Ok(Next { program, host, protocol, loaded }));
                }
                unfinished => (host, read) = unfinished,
            }
            let message = self.inbox.next_new()?;
            let Some(message) = self.hear_panics(message)? else { continue };
            match message {
                Message::Host { process, said, answer } if program.is_or_started(process) => match said {
                    FromHost::Launch { program: executable } => {
                        if let Err(why) = self.read_next(program.process, &executable)? {
                            return Ok(Err(why));
                        }
                    }
                    FromHost::Hello { protocol, .. } if host.is_none() => host = Some((protocol, answer)),
                    _ => answer.turn_away(),
                },
                Message::Loaded { process, loaded } if process == program.process => match loaded {
                    Ok(loaded) => read = Some(loaded),
                    Err(error) => return Ok(Err(format!("{error:#}"))),
                },
                Message::Exited { process, .. } if process == program.process => {
                    return Ok(Err("the next program was not built, or has ended before its `main`".into()));
                }
                other => {
                    if let Some(why) = self.hear_meanwhile(other, &program) {
                        return Ok(Err(why));
                    }
                }
            }
        }
    }

    fn read_next(&self, process: u32, program: &Path) -> Result<Kept<()>> {
        let found = self.record_of(program)?;
        let takes_values = |record: &crate::base::record::Record| record.program.as_ref().is_some_and(|it| it.runtime);
        Ok(match found.filter(|(record, _)| takes_values(record)) {
            Some((record, hot_dir)) => {
                self.read(process, program, record, hot_dir)?;
                Ok(())
            }
            None => Err("the next program takes no values: it is built without `hot-runtime`".into()),
        })
    }

    /// What happens while the next program is on its way; gives back why there is no use in that any more.
    fn hear_meanwhile(&mut self, message: Message, next: &Program) -> Option<String> {
        use crate::cli::SessionCommand;
        match message {
            Message::Signal(signal) => {
                next.signal(signal);
                self.program.iter().for_each(|program| program.signal(signal));
            }
            Message::Request(request) if request.command == SessionCommand::Status => self.tell_status(request),
            message => {
                let has_ended = self.is_exit(&message);
                let is_restart =
                    matches!(&message, Message::Request(request) if request.command == SessionCommand::Restart);
                self.inbox.put_back(message);
                if has_ended {
                    return Some(ENDED.into());
                }
                if is_restart {
                    return Some("the program is started anew without its values, as was asked for meanwhile".into());
                }
            }
        }
        None
    }

    fn hand_over(&mut self, next: Next, path: &Path) -> Result<Answer> {
        let Some(loaded) = &self.loaded else { return Ok(Err(ENDED.into())) };
        let (anchor, types) = (loaded.image.anchor, loaded.image.types.clone());
        let kept = match self.keep_values(Store { path: path.into(), anchor, types })? {
            Ok(kept) => kept,
            Err(why) => return Ok(Err(why)),
        };
        let next = match self.restore(next, path.into())? {
            Ok(next) => next,
            Err(why) => {
                self.let_go_on();
                return Ok(Err(why));
            }
        };
        self.become_next(next, kept)?;
        let values = if kept == 1 { "value" } else { "values" };
        Ok(Ok(format!("the program is built and started anew, with {kept} live {values}")))
    }

    /// The program waits with its values where it has written them.
    fn keep_values(&mut self, store: Store) -> Result<Kept<u64>> {
        if self.host.as_mut().is_none_or(|host| host.keep(store).is_err()) {
            return Ok(Err("the program takes no patches any more".into()));
        }
        self.waiting = Some("the program is asked for its live values, and does not answer".into());
        self.is_keeping = true;
        let answer = self.wait_for_answer(|said| match said {
            FromHost::Kept { values } => Ok(Ok(values)),
            FromHost::Outcome(Outcome::NotMigrated { message }) => Ok(Err(message)),
            other => Err(other),
        });
        self.is_keeping = false;
        self.waiting = None;
        Ok(match answer? {
            Some(kept) => kept.map_err(|why| format!("a live value cannot be kept: {why}")),
            None => {
                self.let_go_on();
                Err(ENDED.into())
            }
        })
    }

    /// The next program waits before its `main` where it has taken them over.
    fn restore(&mut self, mut next: Next, path: PathBuf) -> Result<Kept<Next>> {
        let store = Store { path, anchor: next.loaded.image.anchor, types: next.loaded.image.types.clone() };
        if let Err(error) = next.host.welcome(next.protocol, self.options.hold_on_panic, Some(store)) {
            return Ok(Err(format!("{error:#}")));
        }
        let (process, begun) = (next.host.process, Instant::now());
        loop {
            let Some(message) = self.inbox.next_within(TIME.saturating_sub(begun.elapsed())) else {
                return Ok(Err(format!("reading the live values takes more than {} s", TIME.as_secs())));
            };
            match message {
                Message::Host { process: from, said: FromHost::Outcome(outcome), .. } if from == process => {
                    return Ok(match outcome {
                        Outcome::Committed { .. } => Ok(next),
                        Outcome::NotMigrated { message }
                        | Outcome::Refused { message }
                        | Outcome::Vetoed { message } => Err(format!("a live value does not fit: {message}")),
                    });
                }
                Message::Exited { process, .. } if process == next.program.process => {
                    return Ok(Err("the next program has ended while it read the live values".into()));
                }
                other => {
                    if let Some(why) = self.hear_meanwhile(other, &next.program) {
                        return Ok(Err(why));
                    }
                }
            }
        }
    }

    /// Ends the program that runs, and goes on with the next one.
    fn become_next(&mut self, next: Next, kept: u64) -> Result<()> {
        if let Some(program) = self.program.take() {
            program.signal(SIGTERM);
            // One that ends in order may need its values for that.
            self.let_go_on();
            self.end(&program)?;
        }
        self.forget_program();
        let Next { program, mut host, loaded, .. } = next;
        let pid = program.process;
        self.program = Some(program);
        host.go_on().context("the next program is gone")?;
        self.host = Some(host);
        self.tell(&Event::Restarted { pid, kept: Some(kept) })?;
        self.ready(*loaded)
    }

    /// If the program is gone, nothing waits there.
    fn let_go_on(&mut self) {
        let _ = self.host.as_mut().map(Host::go_on);
    }

    /// What was said on its behalf comes too late.
    fn end_successor(&self, process: u32) {
        crate::program::signal_process(process, SIGKILL);
    }
}
