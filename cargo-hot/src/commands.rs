//! What other shells ask of the session: `cargo hot undo`, `redo`, `status`, `resume` and `restart`.

use crate::cli::SessionCommand;
use crate::control::{Answer, Request};
use crate::events::Event;
use crate::image::Generation;
use crate::inbox::Message;
use crate::leftovers::Leftovers;
use crate::loaded::{Loaded, NOTHING_PATCHED};
use crate::objects::types::short;
use crate::session::Session;
use crate::show;
use anyhow::Result;
use hot_runtime::wire::{FromHost, Outcome, Values};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// What became of the wish for another generation.
#[derive(Debug)]
pub(crate) enum Published {
    Done,
    /// The program goes on as it is, and says why.
    Not(String),
    /// The program does not listen, or has ended.
    Gone,
}

impl Session {
    /// True if the program is to be started anew.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn serve(&mut self, request: Request) -> Result<bool> {
        let command = request.command;
        let answer = match command {
            SessionCommand::Undo { to } => self.undo(to)?,
            SessionCommand::Redo => self.redo()?,
            SessionCommand::Status => Ok(self.status() + &self.live_lines()),
            SessionCommand::Resume => self.let_go(),
            SessionCommand::Restart => {
                if let Some(program) = self.program.take() {
                    self.stop(&program)?;
                }
                Ok("the program is built and started anew".into())
            }
            SessionCommand::RestartWithState => self.restart_with_state()?,
        };
        request.answer(&answer);
        Ok(command == SessionCommand::Restart)
    }

    /// At once, whatever is under way.
    pub(crate) fn tell_status(&self, request: Request) {
        request.answer(&Ok(self.status()));
    }

    fn undo(&mut self, to: Option<Generation>) -> Result<Answer> {
        let Some(loaded) = &self.loaded else { return Ok(Err(self.not_patched())) };
        let generation = match loaded.earlier(to) {
            Ok(generation) => generation,
            Err(error) => return Ok(Err(error.to_string())),
        };
        self.go_to(generation, Loaded::undo, &Event::Undone { generation })
    }

    fn redo(&mut self) -> Result<Answer> {
        let Some(loaded) = &self.loaded else { return Ok(Err(self.not_patched())) };
        let generation = match loaded.undone() {
            Ok(generation) => generation,
            Err(error) => return Ok(Err(error.to_string())),
        };
        let answer = self.go_to(generation, |loaded, _| loaded.redo(), &Event::Redone { generation })?;
        if answer.is_ok() {
            self.resume()?;
        }
        Ok(answer)
    }

    fn go_to(
        &mut self,
        generation: Generation,
        note: impl FnOnce(&mut Loaded, Generation),
        event: &Event,
    ) -> Result<Answer> {
        match self.publish(generation)? {
            Published::Done => {}
            Published::Not(why) => return Ok(Err(why)),
            Published::Gone => return Ok(Err("the program takes no patches any more".into())),
        }
        // What is at work there is for what is not wanted any more.
        self.background = None;
        self.leftovers = Leftovers::default();
        if let Some(loaded) = &mut self.loaded {
            note(loaded, generation);
        }
        self.tell(event)?;
        Ok(Ok(format!("the program runs generation {generation} again")))
    }

    /// Has the host run another generation.
    ///
    /// # Errors
    /// The session cannot go on.
    pub(crate) fn publish(&mut self, generation: Generation) -> Result<Published> {
        let is_asked = self.host.as_mut().is_some_and(|host| host.publish(generation).is_ok());
        if !is_asked {
            return Ok(Published::Gone);
        }
        Ok(match self.hear_outcome()? {
            Some(Outcome::Committed { .. }) => Published::Done,
            Some(Outcome::Refused { message } | Outcome::NotMigrated { message }) => Published::Not(message),
            Some(Outcome::Vetoed { message }) => Published::Not(format!("the program objects: {message}")),
            None => Published::Gone,
        })
    }

    /// Of a program that nothing is known of, or not yet.
    pub(crate) fn not_patched(&self) -> String {
        self.unpatchable.clone().unwrap_or_else(|| NOTHING_PATCHED.into())
    }

    pub(crate) fn status(&self) -> String {
        let Some(program) = &self.program else { return "the program is not running".into() };
        let Some(loaded) = &self.loaded else {
            return format!("process {}: {}", program.process, self.not_patched());
        };
        let mut text = format!("process {}, generation {}", program.process, loaded.image.generation);
        let functions = show::hot_functions(loaded);
        let width = functions.iter().map(|(function, _)| function.path.chars().count()).max().unwrap_or(0);
        for (function, generation) in &functions {
            let place = format!("{}:{}", function.file.display(), function.line);
            let _ = write!(text, "\n  {:width$}  generation {generation:<5} {place}", function.path);
        }
        for line in self.held_lines() {
            let _ = write!(text, "\n{line}");
        }
        let waits = match &self.waiting {
            Some(waiting) => Some(waiting.as_str()),
            None => self.waits_for(loaded),
        };
        if let Some(waits) = waits {
            let _ = write!(text, "\n{waits}");
        }
        text
    }

    /// What lives, a line for the values of one type that were made at one place.
    fn live_lines(&mut self) -> String {
        let is_there = self.loaded.as_ref().is_some_and(|loaded| !loaded.image.types.is_empty());
        let is_asked = is_there && self.host.as_mut().is_some_and(|host| host.list().is_ok());
        let mut text = String::new();
        for values in is_asked.then(|| self.hear_values()).into_iter().flatten() {
            let Values { name, file, line, is_waiting, size, generation, count } = values;
            let (name, many) = (short(&name), if count == 1 { String::new() } else { format!("{count} ") });
            let _ =
                write!(text, "\n  {many}live `{name}`, {size} bytes, generation {generation}, made at {file}:{line}");
            if is_waiting {
                text += " by the process before, and not asked for";
            }
        }
        text
    }

    /// Nothing where the program takes its time: it may be stopped.
    fn hear_values(&mut self) -> Vec<Values> {
        const PATIENCE: Duration = Duration::from_millis(500);
        let begun = Instant::now();
        while let Some(message) = self.inbox.next_within(PATIENCE.saturating_sub(begun.elapsed())) {
            match message {
                message if self.is_of_another(&message) => self.inbox.put_back(message),
                Message::Host { said: FromHost::Values(values), .. } => return values,
                message => self.inbox.put_back(message),
            }
        }
        Vec::new()
    }

    /// What is not live of what was saved, or not checked, and why.
    fn waits_for(&self, loaded: &Loaded) -> Option<&'static str> {
        match () {
            () if loaded.is_held() => {
                Some("what was saved last was undone: it goes live with `cargo hot redo`, or with the next edit")
            }
            () if self.does_not_compile => Some("what was saved last does not compile"),
            () if loaded.is_misfit => Some("what was saved last was refused, as it does not fit the values that live"),
            () if !loaded.crates_to_patch().is_empty() => Some("what was saved last is not live"),
            () if self.background.is_some() => {
                Some("what was saved last is live, and compiled whole in the background")
            }
            () => None,
        }
    }
}
