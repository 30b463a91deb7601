//! Everything a session waits for, in one queue.

use crate::compile::Compiled;
use crate::control::Request;
use crate::host::Host;
use crate::leftovers::{Found, Stop};
use crate::loaded::Loaded;
use crate::watch::Save;
use anyhow::{Context, Result};
use hot_runtime::wire::FromHost;
use std::collections::VecDeque;
use std::io;
use std::process::{ExitStatus, Output};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// Something happened outside the session.
#[derive(Debug)]
pub(crate) enum Message {
    Save(Save),
    /// A process of this user said something to the session's socket.
    Host {
        process: u32,
        said: FromHost,
        answer: Host,
    },
    HungUp {
        process: u32,
    },
    /// What the program is made of is known that was started as this process.
    Loaded {
        process: u32,
        loaded: Result<Box<Loaded>>,
    },
    /// rustc, as this process, has ended.
    Compiled {
        process: u32,
        compiled: Result<Compiled>,
    },
    /// A search for old code has ended; the flag is its own.
    Searched {
        stop: Stop,
        found: Vec<Found>,
    },
    Built(io::Result<Output>),
    /// A program, or the cargo that was to start it, ended.
    Exited {
        process: u32,
        status: ExitStatus,
    },
    /// For us alone; the program has its own from the terminal.
    Signal(i32),
    Request(Request),
}

/// The queue, with room to put back what is for later.
#[derive(Debug)]
pub(crate) struct Inbox {
    receiver: Receiver<Message>,
    sender: Sender<Message>,
    later: VecDeque<Message>,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = channel();
        Self { receiver, sender, later: VecDeque::new() }
    }

    pub(crate) fn sender(&self) -> Sender<Message> {
        self.sender.clone()
    }

    /// The next message, those put back first.
    pub(crate) fn next(&mut self) -> Result<Message> {
        match self.later.pop_front() {
            Some(message) => Ok(message),
            None => self.next_new(),
        }
    }

    /// The next message that was not put back.
    pub(crate) fn next_new(&mut self) -> Result<Message> {
        self.receiver.recv().context("every part of the session has stopped")
    }

    /// The next message that was not put back, if it comes in time.
    pub(crate) fn next_within(&mut self, time: Duration) -> Option<Message> {
        self.receiver.recv_timeout(time).ok()
    }

    /// Whether such a message was put back.
    pub(crate) fn holds(&self, is_such: impl Fn(&Message) -> bool) -> bool {
        self.later.iter().any(is_such)
    }

    /// For now: the next message of all.
    pub(crate) fn put_first(&mut self, message: Message) {
        self.later.push_front(message);
    }

    /// For later, in the order of arrival.
    pub(crate) fn put_back(&mut self, message: Message) {
        self.later.push_back(message);
    }
}
