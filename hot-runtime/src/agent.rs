//! The thread inside the host that takes patches from `cargo hot`: receive, load, swap, answer.
//!
//! It is started before the program's own `main`, and ends when the session does; the program then goes on with the
//! code it has. Where panics are held, a second thread tells the session of them.

use crate::commit::{self, generation};
use crate::copy::in_copy;
use crate::descriptors;
use crate::gate;
use crate::generations::Generations;
use crate::hold::{self, News};
use crate::hooks::{self, Commit};
use crate::image::Images;
use crate::live::commit::{Describe, Types};
use crate::live::{self, LiveValue, live_values};
use crate::load::{LoadError, describe_all, load};
use crate::migration::{Migration, when_quiet};
use crate::point;
use crate::slot::Change;
use crate::symbolize::forget_libraries;
use crate::wire::{
    Busy, FromHost, Lent, Outcome, PROTOCOL, Panicked, Patch, SOCKET_VARIABLE, Store, ToHost, Values, Waiting,
    read_frame, write_frame,
};
use crate::{calls, watch};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{env, io, mem, process, ptr, thread};

/// Connects to the session that started this process, if one did, and takes its patches from then on.
///
/// Called by the `main` that `cargo hot` generates, before the program's own, with whether a type of the program is live.
pub fn start(build_id: u128, has_live_types: bool) {
    let Some(socket) = env::var_os(SOCKET_VARIABLE) else { return };
    if has_live_types {
        gate::watch();
        calls::pass_gate();
    }
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

/// What became of the process.
#[derive(Default)]
struct Process {
    generations: Generations,
    types: Types,
    /// By generation, the types that are laid out otherwise in its patch than before.
    changed: BTreeMap<u32, Vec<String>>,
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
        Ok(ToHost::Welcome { holds_panics, restore }) => {
            let line = Line { stream, turn: Mutex::default(), images: Mutex::default() };
            if let Some(store) = restore {
                line.restore(&store)?;
            }
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
        let mut process = Process::default();
        while let Ok(Some(frame)) = read_frame(&mut &self.line.stream) {
            let outcome = match ToHost::decode(&frame) {
                Ok(ToHost::Patch(patch)) => self.apply(&patch, &mut process),
                Ok(ToHost::Publish { generation }) => self.go_to(generation, &mut process),
                Ok(ToHost::Resume) => {
                    hold::release();
                    continue;
                }
                Ok(ToHost::List) => match self.line.say(&FromHost::Values(values())) {
                    Ok(()) => continue,
                    Err(_) => return,
                },
                Ok(ToHost::Keep(store)) => match self.keep(store, &mut process) {
                    Some(()) => continue,
                    None => return,
                },
                // Of who waited no longer.
                Ok(ToHost::GoOn) => continue,
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
    fn apply(&mut self, patch: &Patch, process: &mut Process) -> Option<Outcome> {
        let begun = Instant::now();
        let loaded = match load(patch, self.build_id, &mut self.line.images()) {
            Ok(loaded) => loaded,
            Err(error) => return Some(Outcome::Refused { message: explain(&error) }),
        };
        if let Some(symbolizer) = &patch.symbolizer {
            forget_libraries(symbolizer, &self.line.images());
        }
        process.types.add(loaded.types);
        process.note_changed(patch.generation, &patch.changed);
        self.commit(patch.generation, begun, process, |generations| {
            Some(generations.add(patch.generation, &loaded.publications))
        })
    }

    /// `None` if the session has ended.
    fn go_to(&mut self, generation: u32, process: &mut Process) -> Option<Outcome> {
        self.commit(generation, Instant::now(), process, |generations| generations.go_to(generation))
    }

    /// Has the program run a generation, unless it objects; `changes` gives nothing where there is none of this number.
    fn commit(
        &mut self,
        to: u32,
        begun: Instant,
        process: &mut Process,
        changes: impl FnOnce(&mut Generations) -> Option<Vec<Change>>,
    ) -> Option<Outcome> {
        let from = process.generations.published();
        let commit = Commit { from: generation(), to };
        if let Err(message) = hooks::ask(commit) {
            return Some(Outcome::Vetoed { message });
        }
        let Some(changes) = changes(&mut process.generations) else {
            return Some(Outcome::Refused { message: format!("there is no generation {to} in this process") });
        };
        let load_us = microseconds(begun);
        let told = process.changed_between(from, to);
        let is_over = if told.is_empty() {
            let publish = move || {
                commit::commit(to, &changes);
                true
            };
            point::publish(Box::new(publish), |time| self.tell_waiting(to, time)).then_some(Ok(()))
        } else {
            let back = process.generations.go_to(from).unwrap_or_default();
            let (from, to_changes, types) = ((from, back), (to, changes), mem::take(&mut process.types));
            let migration = Migration { from, to: to_changes, changed: told, types };
            let migrated = when_quiet(|| migration.run(), |time| self.tell_waiting(to, time));
            migrated.map(|(types, outcome)| {
                process.types = types;
                outcome
            })
        };
        if let Err(message) = is_over? {
            return Some(Outcome::NotMigrated { message });
        }
        process.generations.set_published(to);
        process.types.stay();
        hooks::committed(commit);
        Some(Outcome::Committed { generation: to, load_us })
    }

    /// Writes all live values when nobody uses one, and has it stay so until the session says that it has no use for them. `None`
    /// if it has ended.
    fn keep(&self, store: Store, process: &mut Process) -> Option<()> {
        let line = Arc::clone(&self.line);
        let mut types = mem::take(&mut process.types);
        let work = move || {
            let told = line.describe(&store);
            let answer = told.and_then(|told| {
                types.add(told);
                in_copy(|| kept(types.keep(&store.path)).encode())
            });
            let answer = answer.and_then(|frame| FromHost::decode(&frame).map_err(|malformed| malformed.to_string()));
            let answer = answer.unwrap_or_else(|message| kept(Err(message)));
            let waits = matches!(answer, FromHost::Kept { .. });
            let goes_on = line.say(&answer).is_ok() && (!waits || line.is_told_to_go_on());
            goes_on.then_some(types)
        };
        let generation = process.generations.published();
        process.types = when_quiet(work, |time| self.tell_waiting(generation, time)).flatten()?;
        Some(())
    }

    /// False if the session has ended.
    fn tell_waiting(&self, generation: u32, time: Duration) -> bool {
        let busy = watch::busiest().map(|busy| {
            let (image, slot) = self.line.images().place(busy.slot);
            Busy { thread: busy.thread.unwrap_or_default(), image, slot, ms: milliseconds(busy.time) }
        });
        let lent = live::commit::in_use().map(|(name, place)| {
            let (name, file, line) = (name.to_owned(), place.file().to_owned(), place.line());
            Box::new(Lent { name, file, line })
        });
        self.line.say(&FromHost::Waiting(Waiting { generation, ms: milliseconds(time), busy, lent })).is_ok()
    }
}

impl Process {
    /// A patch is made of the newest text, which has in it what was refused or taken back since the generation that is published.
    fn note_changed(&mut self, generation: u32, changed: &[String]) {
        let since = self.generations.published() + 1;
        let before = self.changed.range(since..).flat_map(|(_, changed)| changed);
        let all = before.chain(changed).cloned().collect();
        self.changed.insert(generation, all);
    }

    /// The types that are laid out otherwise in one of two generations.
    fn changed_between(&self, from: u32, to: u32) -> Vec<String> {
        let (from, to) = (self.generations.line(from), self.generations.line(to));
        let apart = from.symmetric_difference(&to).filter_map(|generation| self.changed.get(generation));
        apart.flatten().cloned().collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl Line {
    fn say(&self, message: &FromHost) -> io::Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        write_frame(&mut &self.stream, &message.encode())
    }

    fn is_told_to_go_on(&self) -> bool {
        let frame = read_frame(&mut &self.stream).ok().flatten();
        frame.is_some_and(|frame| ToHost::decode(&frame) == Ok(ToHost::GoOn))
    }

    /// What tells the shapes of the types that a store is about.
    fn describe(&self, store: &Store) -> Result<Vec<Describe>, String> {
        let mut images = self.images();
        images.find_executable(store.anchor);
        describe_all(&store.types, &images).map_err(|error| explain(&error))
    }

    /// Takes over the live values of another process, and waits until that one has ended: if they fit, or else until this one does.
    fn restore(&self, store: &Store) -> io::Result<()> {
        let begun = Instant::now();
        let mut types = Types::default();
        let restored = self.describe(store).and_then(|told| {
            types.add(told);
            types.restore(&store.path)
        });
        self.say(&FromHost::Outcome(match restored {
            Ok(_) => Outcome::Committed { generation: 0, load_us: microseconds(begun) },
            Err(message) => Outcome::NotMigrated { message },
        }))?;
        if !self.is_told_to_go_on() {
            process::exit(1);
        }
        Ok(())
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

/// How the session is told what became of the values.
fn kept(kept: Result<u64, String>) -> FromHost {
    match kept {
        Ok(values) => FromHost::Kept { values },
        Err(message) => FromHost::Outcome(Outcome::NotMigrated { message }),
    }
}

/// What lives, by types and places.
fn values() -> Vec<Values> {
    let mut all: BTreeMap<Values, u64> = BTreeMap::new();
    for LiveValue { type_name, place, size, generation } in live_values() {
        let (name, file, line) = (type_name.to_owned(), place.file().to_owned(), place.line());
        let one = Values { name, file, line, is_waiting: false, size: size as u64, generation, count: 0 };
        *all.entry(one).or_default() += 1;
    }
    #[cfg(feature = "serde")]
    for waiting in live::kept::waiting(live::kept::Waiting::told) {
        *all.entry(waiting).or_default() += 1;
    }
    all.into_iter().map(|(values, count)| Values { count, ..values }).collect()
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
