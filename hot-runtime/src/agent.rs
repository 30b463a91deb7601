//! The thread inside the host that takes patches from `cargo hot`: receive, load, swap, answer.
//!
//! It is started before the program's own `main`, and ends when the session does; the program then goes on with the
//! code it has. Where panics are held, a second thread tells the session of them.

use crate::commit::generation;
use crate::descriptors;
use crate::generations::Generations;
use crate::hold::{self, News};
use crate::hooks::{self, Commit};
use crate::image::Images;
use crate::load::{LoadError, load};
use crate::point;
use crate::slot::Change;
use crate::symbolize::forget_libraries;
use crate::watch;
use crate::wire::{
    Busy, FromHost, Outcome, PROTOCOL, Panicked, Patch, SOCKET_VARIABLE, ToHost, Waiting, read_frame, write_frame,
};
use std::error::Error as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{env, io, mem, ptr, thread};

/// Connects to the session that started this process, if one did, and takes its patches from then on.
///
/// Called by the `main` that `cargo hot` generates, before the program's own.
pub fn start(build_id: u128) {
    let Some(socket) = env::var_os(SOCKET_VARIABLE) else { return };
    // SAFETY: this is the first thing that `main` does; no thread of the program runs yet that could read the
    // environment. (A constructor that starts threads before `main` would have to be answered for by its author.)
    unsafe { env::remove_var(SOCKET_VARIABLE) };
    hooks::attend();
    if let Err(error) = connect(Path::new(&socket), build_id).and_then(spawn) {
        eprintln!("cargo hot: this process takes no patches, as it cannot reach its session: {error}");
    }
}

struct Agent {
    line: Arc<Line>,
    build_id: u128,
    holds_panics: bool,
}

/// What the agent and its [herald](Line::herald) have in common.
struct Line {
    stream: UnixStream,
    /// Held by who writes to it.
    turn: Mutex<()>,
    images: Mutex<Images>,
}

/// Says hello and waits for the welcome, so that a patch can be taken as soon as `main` begins.
fn connect(socket: &Path, build_id: u128) -> io::Result<Agent> {
    let mut stream = UnixStream::connect(socket)?;
    if peer_user(&stream)? != own_user() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the session belongs to another user"));
    }
    write_frame(&mut stream, &FromHost::Hello { protocol: PROTOCOL, build_id }.encode())?;
    let frame = read_frame(&mut stream)?.ok_or(io::ErrorKind::ConnectionRefused)?;
    match ToHost::decode(&frame) {
        Ok(ToHost::Welcome { holds_panics }) => {
            let line = Line { stream, turn: Mutex::default(), images: Mutex::default() };
            Ok(Agent { line: Arc::new(line), build_id, holds_panics })
        }
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "a patch came before the welcome")),
        Err(malformed) => Err(io::Error::new(io::ErrorKind::InvalidData, malformed)),
    }
}

/// Starts the agent's thread with every signal blocked: the program's signals are for its own threads. So are its descriptors:
/// none of ours is among them when `main` begins.
fn spawn(agent: Agent) -> io::Result<()> {
    let descriptor = agent.line.stream.as_raw_fd();
    let (sender, is_apart) = mpsc::sync_channel(1);
    without_signals(|| {
        thread::Builder::new().name("cargo-hot".into()).spawn(move || {
            let is_apart = descriptors::part_from_process(&agent.line.stream).is_ok();
            if agent.holds_panics {
                agent.hold_panics();
            }
            let _ = sender.send(is_apart);
            agent.run();
            hold::forsake();
        })
    })?;
    if is_apart.recv() == Ok(true) {
        descriptors::close(descriptor);
    }
    Ok(())
}

/// Has a thread begin that takes none of the program's signals.
pub(crate) fn without_signals<T>(spawn: impl FnOnce() -> T) -> T {
    let before = block_signals();
    let spawned = spawn();
    restore_signals(&before);
    spawned
}

impl Agent {
    /// From now on, if there can be a herald: a thread of the agent's, with its descriptors and without signals.
    fn hold_panics(&self) {
        let line = Arc::clone(&self.line);
        hold::attend();
        if thread::Builder::new().name("cargo-hot-herald".into()).spawn(move || line.herald()).is_err() {
            hold::forsake();
        }
    }

    /// Until the session ends or speaks nonsense.
    fn run(mut self) {
        let mut generations = Generations::default();
        while let Ok(Some(frame)) = read_frame(&mut &self.line.stream) {
            let outcome = match ToHost::decode(&frame) {
                Ok(ToHost::Patch(patch)) => self.apply(&patch, &mut generations),
                Ok(ToHost::Publish { generation }) => self.go_to(generation, &mut generations),
                Ok(ToHost::Resume) => {
                    hold::release();
                    continue;
                }
                Ok(ToHost::Welcome { .. }) | Err(_) => return,
            };
            let Some(outcome) = outcome else { return };
            if self.line.say(&FromHost::Outcome(outcome)).is_err() {
                return;
            }
            hold::go_on();
        }
    }

    /// `None` if the session has ended.
    fn apply(&mut self, patch: &Patch, generations: &mut Generations) -> Option<Outcome> {
        let begun = Instant::now();
        let loaded = match load(patch, self.build_id, &mut self.line.images()) {
            Ok(loaded) => loaded,
            Err(error) => return Some(Outcome::Refused { message: explain(&error) }),
        };
        if let Some(symbolizer) = &patch.symbolizer {
            forget_libraries(symbolizer, &self.line.images());
        }
        self.commit(patch.generation, begun, || Some(generations.add(patch.generation, &loaded.publications)))
    }

    /// `None` if the session has ended.
    fn go_to(&mut self, generation: u32, generations: &mut Generations) -> Option<Outcome> {
        self.commit(generation, Instant::now(), || generations.go_to(generation))
    }

    /// Has the program run a generation, unless it objects; `changes` gives nothing where there is none of this number.
    fn commit(&mut self, to: u32, begun: Instant, changes: impl FnOnce() -> Option<Vec<Change>>) -> Option<Outcome> {
        let commit = Commit { from: generation(), to };
        if let Err(message) = hooks::ask(commit) {
            return Some(Outcome::Vetoed { message });
        }
        let Some(changes) = changes() else {
            return Some(Outcome::Refused { message: format!("there is no generation {to} in this process") });
        };
        let load_us = microseconds(begun);
        if !point::publish(to, changes, |time| self.tell_waiting(to, time)) {
            return None;
        }
        hooks::committed(commit);
        Some(Outcome::Committed { generation: to, load_us })
    }

    /// False if the session has ended.
    fn tell_waiting(&mut self, generation: u32, time: Duration) -> bool {
        let busy = watch::busiest().map(|busy| {
            let (image, slot) = self.line.images().place(busy.slot);
            Busy { thread: busy.thread.unwrap_or_default(), image, slot, ms: milliseconds(busy.time) }
        });
        self.line.say(&FromHost::Waiting(Waiting { generation, ms: milliseconds(time), busy })).is_ok()
    }
}

impl Line {
    fn say(&self, message: &FromHost) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        write_frame(&mut &self.stream, &message.encode())
    }

    fn images(&self) -> MutexGuard<'_, Images> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn panicked(&self, call: hold::Panicked) -> Panicked {
        let (image, slot) = self.images().place(call.slot);
        Panicked { thread: call.thread.unwrap_or_default(), image, slot }
    }

    /// Tells the session of calls that are held, while the agent waits for the session or for the program.
    fn herald(&self) {
        while let Some(news) = hold::next_news() {
            let message = match news {
                News::Held { number, call } => FromHost::Held { number, call: self.panicked(call) },
                News::NotHeld(call) => FromHost::NotHeld(self.panicked(call)),
                News::Ended { number, runs_again } => FromHost::Ended { number, runs_again },
            };
            if self.say(&message).is_err() {
                return;
            }
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn microseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// The error with its causes.
fn explain(error: &LoadError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn own_user() -> libc::uid_t {
    // SAFETY: `geteuid` has no preconditions.
    unsafe { libc::geteuid() }
}

/// The user that the other end's process had when it listened.
fn peer_user(stream: &UnixStream) -> io::Result<libc::uid_t> {
    let mut peer = libc::ucred { pid: 0, uid: 0, gid: 0 };
    let mut length = libc::socklen_t::try_from(size_of_val(&peer)).unwrap_or(0);
    // SAFETY: the descriptor is open, and `peer` and `length` are valid for writes, `length` saying how much.
    let answer = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_PEERCRED,
            (&raw mut peer).cast(),
            &raw mut length,
        )
    };
    if answer == 0 { Ok(peer.uid) } else { Err(io::Error::last_os_error()) }
}

/// Blocks all signals for this thread and gives back the mask it had.
fn block_signals() -> libc::sigset_t {
    let mut every = mem::MaybeUninit::uninit();
    let mut before = mem::MaybeUninit::uninit();
    // SAFETY: `every` is valid for writes.
    unsafe { libc::sigfillset(every.as_mut_ptr()) };
    // SAFETY: `every` was filled above; `before` is valid for writes.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, every.as_ptr(), before.as_mut_ptr()) };
    // SAFETY: the call fails only for an unknown first argument, so it wrote the mask.
    unsafe { before.assume_init() }
}

fn restore_signals(before: &libc::sigset_t) {
    // SAFETY: `before` is a mask that the system gave us.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, before, ptr::null_mut()) };
}
