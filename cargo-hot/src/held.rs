//! Hot calls that panicked and are held in the program, until other code is there or the user lets them go.

use crate::control::Answer;
use crate::events::{Event, Function, HeldCall};
use crate::inbox::Message;
use crate::session::Session;
use crate::show;
use anyhow::Result;
use hot_runtime::wire::{self, FromHost};

/// A call that the program holds.
#[derive(Debug)]
pub(crate) struct Held {
    number: u64,
    call: wire::Panicked,
    /// Whether the user knows.
    is_told: bool,
}

impl Session {
    /// Tells what the program says of panics, whatever is under way; every other message comes back.
    ///
    /// # Errors
    /// The event cannot be written.
    pub(crate) fn hear_panics(&mut self, message: Message) -> Result<Option<Message>> {
        match message {
            message if self.is_of_another(&message) => return Ok(Some(message)),
            Message::Host { said: FromHost::Held { number, call }, .. } => self.holds(number, call)?,
            Message::Host { said: FromHost::NotHeld(call), .. } => self.holds_not(call)?,
            Message::Host { said: FromHost::Ended { number, runs_again }, .. } => {
                self.holds_no_longer(number, runs_again)?;
            }
            message => return Ok(Some(message)),
        }
        Ok(None)
    }

    fn holds(&mut self, number: u64, call: wire::Panicked) -> Result<()> {
        self.held.push(Held { number, call, is_told: false });
        self.tell_panics()
    }

    /// Of a call whose arguments are gone, so that there is no use in holding it.
    fn holds_not(&mut self, call: wire::Panicked) -> Result<()> {
        self.not_held.push(call);
        self.tell_panics()
    }

    /// Tells what was not told: as long as the program is being read, functions have no names.
    ///
    /// # Errors
    /// The event cannot be written.
    pub(crate) fn tell_panics(&mut self) -> Result<()> {
        if self.loaded.is_none() {
            return Ok(());
        }
        for call in std::mem::take(&mut self.not_held) {
            self.tell(&Event::NotHeld(self.called(&call)))?;
        }
        for index in 0..self.held.len() {
            if !std::mem::replace(&mut self.held[index].is_told, true) {
                self.tell(&Event::Held(self.called(&self.held[index].call)))?;
            }
        }
        Ok(())
    }

    fn holds_no_longer(&mut self, number: u64, runs_again: bool) -> Result<()> {
        let Some(index) = self.held.iter().position(|held| held.number == number) else { return Ok(()) };
        let Held { call, is_told, .. } = self.held.remove(index);
        if !is_told {
            return Ok(());
        }
        let call = self.called(&call);
        self.tell(&if runs_again { Event::RunsAgain(call) } else { Event::Unwinds(call) })
    }

    /// `cargo hot resume`: has the panics of all held calls go on.
    pub(crate) fn let_go(&mut self) -> Answer {
        if self.held.is_empty() {
            return Err(match self.options.hold_on_panic {
                true => "no call is held".into(),
                false => "no call is held: that takes `cargo hot run --hold-on-panic`".into(),
            });
        }
        let is_told = self.host.as_mut().is_some_and(|host| host.resume().is_ok());
        if !is_told {
            return Err("the program does not listen any more".into());
        }
        let calls: Vec<_> = self.held.iter().map(|held| self.called(&held.call).name()).collect();
        Ok(format!("the panic goes on: {}", calls.join(", ")))
    }

    /// A line for each call that is held.
    pub(crate) fn held_lines(&self) -> impl Iterator<Item = String> {
        self.held.iter().map(|held| format!("{} is held after a panic", self.called(&held.call).name()))
    }

    fn called(&self, call: &wire::Panicked) -> HeldCall {
        let function = self.loaded.as_ref().and_then(|loaded| show::function_at(loaded, call.image, call.slot));
        HeldCall { thread: call.thread.clone(), function }
    }
}

impl HeldCall {
    /// `update` on thread `main`, with the place.
    pub(crate) fn name(&self) -> String {
        let function = match &self.function {
            Some(Function { path, file, line, .. }) => format!("`{path}`, {}:{line},", file.display()),
            None => "a hot function".into(),
        };
        match self.thread.as_str() {
            "" => format!("{function} on a thread without a name"),
            name => format!("{function} on thread `{name}`"),
        }
    }
}
