//! The thread inside the host that takes patches from `cargo hot`: receive, load, swap, answer.
//!
//! It is started before the program's own `main`, and ends when the session does; the program then goes on with the
//! code it has.

use crate::commit::generation;
use crate::descriptors;
use crate::generations::Generations;
use crate::hooks::{self, Commit};
use crate::image::Images;
use crate::load::{LoadError, load};
use crate::point;
use crate::slot::Change;
use crate::symbolize::forget_libraries;
use crate::watch;
use crate::wire::{
    Busy, FromHost, Outcome, PROTOCOL, Patch, SOCKET_VARIABLE, ToHost, Waiting, read_frame, write_frame,
};
use std::error::Error as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::mpsc;
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
    stream: UnixStream,
    build_id: u128,
    images: Images,
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
        Ok(ToHost::Welcome) => Ok(Agent { stream, build_id, images: Images::default() }),
        Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "a patch came before the welcome")),
        Err(malformed) => Err(io::Error::new(io::ErrorKind::InvalidData, malformed)),
    }
}

/// Starts the agent's thread with every signal blocked: the program's signals are for its own threads. So are its descriptors:
/// none of ours is among them when `main` begins.
fn spawn(agent: Agent) -> io::Result<()> {
    let descriptor = agent.stream.as_raw_fd();
    let (sender, is_apart) = mpsc::sync_channel(1);
    without_signals(|| {
        thread::Builder::new().name("cargo-hot".into()).spawn(move || {
            let _ = sender.send(descriptors::part_from_process(&agent.stream).is_ok());
            agent.run();
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
    /// Until the session ends or speaks nonsense.
    fn run(mut self) {
        let mut generations = Generations::default();
        while let Ok(Some(frame)) = read_frame(&mut self.stream) {
            let outcome = match ToHost::decode(&frame) {
                Ok(ToHost::Patch(patch)) => self.apply(&patch, &mut generations),
                Ok(ToHost::Publish { generation }) => self.go_to(generation, &mut generations),
                Ok(ToHost::Welcome) | Err(_) => return,
            };
            let Some(outcome) = outcome else { return };
            if write_frame(&mut self.stream, &FromHost::Outcome(outcome).encode()).is_err() {
                return;
            }
        }
    }

    /// `None` if the session has ended.
    fn apply(&mut self, patch: &Patch, generations: &mut Generations) -> Option<Outcome> {
        let begun = Instant::now();
        let loaded = match load(patch, self.build_id, &mut self.images) {
            Ok(loaded) => loaded,
            Err(error) => return Some(Outcome::Refused { message: explain(&error) }),
        };
        if let Some(symbolizer) = &patch.symbolizer {
            forget_libraries(symbolizer, &self.images);
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
        let busy = watch::busiest().and_then(|busy| {
            let (image, slot) = self.images.place(busy.slot)?;
            Some(Busy { thread: busy.thread.unwrap_or_default(), image, slot, ms: milliseconds(busy.time) })
        });
        let waiting = FromHost::Waiting(Waiting { generation, ms: milliseconds(time), busy });
        write_frame(&mut self.stream, &waiting.encode()).is_ok()
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
