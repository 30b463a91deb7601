//! The program's answer to what it was asked to run, and what a session does until it comes.
//!
//! A program with sync points may let a commit wait as long as it likes. Meanwhile signals go on to it, its end is its end,
//! `cargo hot status` says what waits, and `cargo hot restart` does not wait; saves and all else take their turn.

use crate::cli::SessionCommand;
use crate::control::Request;
use crate::events::{Event, Lent, Refusal, Waiting};
use crate::inbox::Message;
use crate::objects::types::short;
use crate::session::Session;
use crate::show;
use anyhow::{Result, anyhow};
use hot_runtime::wire::{self, FromHost, Outcome};
use std::time::{Duration, Instant};

impl Session {
    /// What the program says to what it was asked for last; `None` if nobody waits for that any more, as it is gone or to be
    /// started anew.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn hear_outcome(&mut self) -> Result<Option<Outcome>> {
        self.waiting =
            Some("what was asked of the program last is with it; it may be stopped, as it does not answer".into());
        let outcome = self.wait_for_answer(|said| match said {
            FromHost::Outcome(outcome) => Ok(outcome),
            other => Err(other),
        });
        self.waiting = None;
        outcome
    }

    /// The program may end right after the patch: its answer and its end come by different ways, in either order.
    pub(crate) fn wait_for_answer<T>(&mut self, pick: impl Fn(FromHost) -> Result<T, FromHost>) -> Result<Option<T>> {
        const LAST_WORDS: Duration = Duration::from_millis(200);
        let mut has_ended = false;
        loop {
            let message = if has_ended { self.inbox.next_within(LAST_WORDS) } else { Some(self.inbox.next_new()?) };
            let Some(message) = message else { return Ok(None) };
            let Some(message) = self.hear_panics(message)? else { continue };
            match message {
                message if self.is_of_another(&message) => self.inbox.put_back(message),
                Message::Host { said: FromHost::Waiting(waiting), .. } => self.waits(waiting)?,
                Message::Host { process, said, answer } => match pick(said) {
                    Ok(picked) => return Ok(Some(picked)),
                    Err(said) => self.inbox.put_back(Message::Host { process, said, answer }),
                },
                Message::Signal(signal) => self.program.iter().for_each(|program| program.signal(signal)),
                Message::Request(request) if request.command == SessionCommand::Status => {
                    self.tell_status(request);
                }
                message @ Message::Request(Request { command: SessionCommand::Restart, .. }) => {
                    self.inbox.put_first(message);
                    return Ok(None);
                }
                message @ Message::HungUp { .. } => {
                    self.inbox.put_back(message);
                    if !has_ended && !self.is_ending() {
                        self.refuse(
                            Refusal::NotConnected,
                            &anyhow!("the program closed its connection over this patch"),
                        )?;
                    }
                    return Ok(None);
                }
                message => {
                    has_ended |= self.is_exit(&message);
                    self.inbox.put_back(message);
                }
            }
        }
    }

    /// Tells who holds a commit up.
    fn waits(&mut self, waiting: wire::Waiting) -> Result<()> {
        let wire::Waiting { generation, ms, busy, lent } = waiting;
        let function = busy.as_ref().zip(self.loaded.as_ref());
        let function = function.and_then(|(busy, loaded)| show::function_at(loaded, busy.image, busy.slot));
        let seconds = |ms: u64| format!("{:.1} s", Duration::from_millis(ms).as_secs_f64());
        let message = match (&busy, &function) {
            (None, _) if let Some(wire::Lent { name, file, line }) = lent.as_deref() => {
                format!("a live `{}` is lent at {file}:{line}, for {}", short(name), seconds(ms))
            }
            (None, _) => format!("no thread has come to `hot_runtime::sync_point()` for {}", seconds(ms)),
            (Some(busy), function) => {
                let thread = match busy.thread.as_str() {
                    "" => "a thread without a name".into(),
                    name => format!("thread `{name}`"),
                };
                let function = function.as_ref().map_or("a hot function".into(), |function| {
                    format!("`{}`, {}:{}", function.path, function.file.display(), function.line)
                });
                // Where live values wait, nobody asks the clock when a call begins.
                let time = if busy.ms > 0 { busy.ms } else { ms };
                format!("{thread} has been in {function}, for {}", seconds(time))
            }
        };
        let inside_ms = busy.as_ref().map(|busy| busy.ms);
        let thread = busy.map(|busy| busy.thread);
        let lent = lent.map(|lent| {
            let wire::Lent { name, file, line } = *lent;
            Lent { name, file, line }
        });
        let generation = (!self.is_keeping).then_some(generation);
        let waiting = Waiting { generation, thread, function, inside_ms, lent, ms, message };
        self.waiting = Some(format!("{} waits: {}", waiting.what(), waiting.message));
        self.tell(&Event::Waiting(waiting))
    }

    /// Whether it is the end of the program.
    pub(crate) fn is_exit(&self, message: &Message) -> bool {
        let is_program = |process| self.program.as_ref().is_none_or(|program| program.process == process);
        matches!(message, Message::Exited { process, .. } if is_program(*process))
    }

    /// Whether it is said by another process than the one that was asked.
    pub(crate) fn is_of_another(&self, message: &Message) -> bool {
        let is_host = |process: &u32| self.host.as_ref().is_some_and(|host| host.process == *process);
        matches!(message, Message::Host { process, .. } | Message::HungUp { process } if !is_host(process))
    }

    /// Whether the end of the program is about to be heard of.
    pub(crate) fn is_ending(&mut self) -> bool {
        const SOON: Duration = Duration::from_millis(200);
        let deadline = Instant::now() + SOON;
        while !self.inbox.holds(|message| self.is_exit(message)) {
            match self.inbox.next_within(deadline.saturating_duration_since(Instant::now())) {
                Some(message) => self.inbox.put_back(message),
                None => return false,
            }
        }
        true
    }
}
