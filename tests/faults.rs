//! What goes wrong between a session and its program: messages that are none, patches that are not the next one, a `cargo hot`
//! that is killed or has no descriptors, sockets that are removed. The program goes on, and the next right patch goes live.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use hot_runtime::wire::{Outcome, Patch, ToHost};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tests::case::Target;
use tests::played::{Played, Prebuilt};
use tests::record::Record;
use tests::stage::{self, Project, Running, Stage};

/// No step takes longer on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

const PROGRAM: &str = r#"
use std::sync::atomic::{AtomicU64, Ordering};
use hot_runtime::hot;

static HITS: AtomicU64 = AtomicU64::new(0);

fn main() {
    loop {
        say();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[hot]
fn say() {
    println!("hits={} out: v1", HITS.fetch_add(1, Ordering::Relaxed));
}
"#;

/// In the manifest, behind the magic.
const PROTOCOL_AT: usize = 8;
const GENERATION_AT: usize = 12;
const BUILD_ID_AT: usize = 16;

fn lay_out(name: &str) -> Result<Project> {
    Stage::of_cases()?.project(name, &[stage::manifest(name), (script(), PROGRAM.to_owned())])
}

fn script() -> PathBuf {
    "src/main.rs".into()
}

fn version(number: usize) -> String {
    PROGRAM.replace("v1", &format!("v{number}"))
}

/// The second version brings a static, which the third one uses.
fn versions_that_build_on_each_other() -> [String; 2] {
    let second = PROGRAM.replace("v1\"", "v2 {}\"").replace("Relaxed));", "Relaxed), more());");
    let second = second
        + "\nfn more() -> u64 {\n    static MORE: AtomicU64 = AtomicU64::new(7);\n    MORE.load(Ordering::Relaxed)\n}\n";
    let third = second.replace("out: v2", "out: v3");
    [second, third]
}

/// A program of this name, and two patches of it that a session made.
fn made_before(project: &Project, name: &str) -> Result<(PathBuf, [Prebuilt; 2])> {
    let mut running = project.start(&["--route", "replay"], &[])?;
    let executable = project.target.join("debug").join(name);
    let mut made = Vec::new();
    for (index, text) in versions_that_build_on_each_other().iter().enumerate() {
        running.save(&script(), text)?;
        let library = running.folder()?.join(format!("1/patches/patch-{}.so", index + 1));
        made.push(Prebuilt::read(&library, &executable)?);
    }
    running.finish()?;
    let made = made.try_into().ok().context("two saves made another number of patches")?;
    Ok((executable, made))
}

#[test]
fn a_patch_that_is_not_the_next_of_this_build_is_refused_and_the_next_is_taken() -> Result<()> {
    let name = "a-patch-that-is-not-the-next-of-this-build-is-refused";
    let project = lay_out(name)?;
    let (executable, [first, _]) = made_before(&project, name)?;
    let folder = project.root.join("sent");
    fs::create_dir(&folder).context("failed to make a folder")?;
    let mut played = Played::start(&project, &executable)?;
    played.line("out: v1")?;
    let changed = |file: &str, offset: usize, field: &[u8]| -> Result<Patch> {
        let mut bytes = first.bytes.clone();
        first.header(&mut bytes, offset, field)?;
        first.write_bytes(folder.join(file), 1, &bytes)
    };
    let whole = first.write(folder.join("first.so"), 1)?;
    let gone = Patch { path: folder.join("gone.so"), ..whole.clone() };
    let truncated = first.write(folder.join("truncated.so"), 1)?;
    fs::write(&truncated.path, &first.bytes[..first.bytes.len() / 2]).context("failed to truncate a patch")?;
    let no_library = first.write_bytes(folder.join("no-library.so"), 1, b"no library")?;
    refuses(&mut played, gone, "failed to read the patch: ")?;
    refuses(&mut played, truncated, "the patch on disk is not the one that was linked")?;
    refuses(&mut played, no_library, "the loader does not take the patch")?;
    refuses(&mut played, changed("foreign.so", BUILD_ID_AT, &[1; 16])?, "the patch belongs to another build")?;
    refuses(&mut played, changed("newer.so", PROTOCOL_AT, &[99; 4])?, "was written by another version of cargo hot")?;
    refuses(&mut played, changed("magic.so", 0, b"nothing!")?, "was written by another version of cargo hot")?;
    refuses(&mut played, changed("other.so", GENERATION_AT, &[9, 0, 0, 0])?, "is not for the generation that runs")?;
    played.line("out: v1")?;
    takes(&mut played, first.write(folder.join("taken.so"), 2)?, "out: v2")?;
    refuses(&mut played, first.write(folder.join("doubled.so"), 2)?, "is not for the generation that runs")?;
    refuses(&mut played, whole, "is not for the generation that runs")?;
    played.line("out: v2")?;
    takes(&mut played, first.write(folder.join("next.so"), 3)?, "out: v2")
}

#[test]
fn patches_are_taken_in_their_order_and_each_but_once() -> Result<()> {
    let name = "patches-are-taken-in-their-order-and-each-but-once";
    let project = lay_out(name)?;
    let (executable, [first, second]) = made_before(&project, name)?;
    let folder = project.root.join("sent");
    fs::create_dir(&folder).context("failed to make a folder")?;
    let mut played = Played::start(&project, &executable)?;
    let (one, two) = (first.write(folder.join("1.so"), 1)?, second.write(folder.join("2.so"), 2)?);
    refuses(&mut played, two.clone(), "refers to generation 1, which is not loaded")?;
    played.line("out: v1")?;
    drop(played);
    let mut played = Played::start(&project, &executable)?;
    takes(&mut played, one.clone(), "out: v2 7")?;
    takes(&mut played, two.clone(), "out: v3 7")?;
    for replayed in [one, two] {
        refuses(&mut played, replayed, "is not for the generation that runs")?;
    }
    ensure!(
        matches!(published(&mut played, 9)?, Outcome::Refused { message } if message.contains("no generation 9")),
        "a generation was published that there is not"
    );
    played.line("out: v3 7")?;
    ensure!(matches!(published(&mut played, 1)?, Outcome::Committed { .. }), "a generation was not published again");
    played.line("out: v2 7")
}

#[test]
fn what_is_no_message_ends_the_conversation_and_nothing_else() -> Result<()> {
    let name = "what-is-no-message-ends-the-conversation-and-nothing-else";
    let project = lay_out(name)?;
    project.start(&[], &[])?.finish()?;
    let executable = project.target.join("debug").join(name);
    let welcome = ToHost::Welcome { holds_panics: false, restore: None }.encode();
    let frame = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes(), bytes].concat();
    let cut = frame(&ToHost::Publish { generation: 0 }.encode()[..3]);
    let nonsense = [frame(b"\xff"), frame(b""), cut, vec![0xff; 4], vec![0xff; 4096], frame(&welcome)];
    for bytes in nonsense {
        let mut played = Played::start(&project, &executable)?;
        played.say_bytes(&bytes)?;
        ensure!(played.hear()?.is_none(), "the program answers {bytes:?}");
        goes_on(&played.record, &["out: v1".into()])?;
    }
    // Of a message that ends half-way, the session with it.
    let mut played = Played::start(&project, &executable)?;
    played.say_bytes(&frame(&ToHost::Publish { generation: 0 }.encode())[..6])?;
    played.hang_up()?;
    goes_on(&played.record, &["out: v1".into()])
}

fn refuses(played: &mut Played, patch: Patch, why: &str) -> Result<()> {
    match played.patch(patch.clone())? {
        Outcome::Refused { message } if message.contains(why) => Ok(()),
        other => bail!("`{}` came to {other:?}, not to `{why}`", patch.path.display()),
    }
}

fn takes(played: &mut Played, patch: Patch, line: &str) -> Result<()> {
    let generation = patch.generation;
    match played.patch(patch)? {
        Outcome::Committed { generation: committed, .. } if committed == generation => played.line(line),
        other => bail!("generation {generation} came to {other:?}"),
    }
}

fn published(played: &mut Played, generation: u32) -> Result<Outcome> {
    played.say(&ToHost::Publish { generation })?;
    played.hear()?.context("the program hung up")
}

/// What `cargo hot` has come to when it is killed.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Saved,
    Slicing,
    Compiled,
    Linked,
    Live,
    Confirming,
}

const STEPS: [Step; 6] = [Step::Saved, Step::Slicing, Step::Compiled, Step::Linked, Step::Live, Step::Confirming];

impl Step {
    fn is_reached(self, folder: &Path, generation: usize, record: &Record, text: &str) -> bool {
        let start = folder.join("1");
        match self {
            Self::Saved => true,
            Self::Slicing => is_there(&start.join("slices"), ""),
            Self::Compiled => is_there(&start.join("slices"), ".o"),
            Self::Linked => start.join(format!("patches/patch-{generation}.so")).exists(),
            Self::Live => record.seen().stdout.lines.iter().any(|line| line.contains(text)),
            Self::Confirming => is_there(&start.join("check"), ""),
        }
    }
}

/// Whether there is a file in the folder whose name ends so.
fn is_there(folder: &Path, end: &str) -> bool {
    let mut entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().ends_with(end))
}

#[test]
fn cargo_hot_killed_at_any_step_of_a_patch_damages_nothing_and_the_next_one_sweeps() -> Result<()> {
    let project = lay_out("cargo-hot-killed-at-any-step-of-a-patch")?;
    let mut left = Vec::new();
    for (index, step) in STEPS.into_iter().enumerate() {
        // Each session patches a program anew that the killed one before has built.
        let running = project.start(&[], &[])?;
        let texts = [index + 1, index + 2].map(|number| format!("out: v{number}"));
        goes_on(running.session.record(), &texts[..1])?;
        let (folder, sockets) = (running.folder()?, running.sockets()?);
        project.write(&script(), &version(index + 2))?;
        let begun = Instant::now();
        while !step.is_reached(&folder, 1, running.session.record(), &texts[1]) {
            ensure!(begun.elapsed() < LIMIT, "{step:?} is not reached:\n{}", running.said());
            thread::sleep(Duration::from_micros(100));
        }
        kill(running, &texts).with_context(|| format!("{step:?}"))?;
        left.extend([folder, sockets]);
    }
    let mut running = project.start(&[], &[])?;
    running.save(&script(), &version(STEPS.len() + 2))?;
    running.finish()?;
    left.retain(|path| path.exists());
    ensure!(left.is_empty(), "killed sessions have left {left:?}");
    Ok(())
}

/// As it cannot expect; and then its program, which must have gone on with all of one version.
fn kill(running: Running<'_>, texts: &[String]) -> Result<()> {
    running.session.signal("KILL", Target::CargoHot)?;
    running.session.end()?;
    goes_on(running.session.record(), texts)?;
    running.session.signal("KILL", Target::Program)?;
    let closed = running.session.record().wait(LIMIT, |seen| seen.stdout.closed.then_some(()));
    closed.context("the program did not end")
}

/// Sees that the program goes on where it is, with one of these texts.
fn goes_on(record: &Record, texts: &[String]) -> Result<()> {
    const LINES: usize = 4;
    let from = record.seen().stdout.lines.len();
    let lines = record.wait(LIMIT, |seen| {
        let new = &seen.stdout.lines[from..];
        (new.len() > LINES || seen.stdout.closed).then(|| new.to_vec())
    });
    let lines = lines.filter(|lines| lines.len() > LINES);
    let lines =
        lines.with_context(|| format!("the program does not go on:\n{}", record.seen().stderr.lines.join("\n")))?;
    let hits = lines.iter().map(|line| {
        let (hits, text) = line.strip_prefix("hits=")?.split_once(' ')?;
        let is_known = texts.iter().any(|known| known == text);
        is_known.then(|| hits.parse::<u64>().ok()).flatten()
    });
    let hits: Option<Vec<u64>> = hits.collect();
    let is_whole = hits.is_some_and(|hits| hits.windows(2).all(|pair| pair[1] == pair[0] + 1));
    ensure!(is_whole, "the program says {lines:?}, not {texts:?}");
    Ok(())
}

#[test]
fn a_session_without_descriptors_says_so_and_loses_no_save() -> Result<()> {
    let part = |number: usize| format!("pub fn part() -> u32 {{\n    {number}\n}}\n");
    let whole =
        |number: usize| version(number).replace("\", HITS", " {}\", HITS").replace("d));", "d), part::part());");
    let whole = |number: usize| whole(number) + "\nmod part;\n";
    let project = lay_out("a-session-without-descriptors")?;
    project.write(Path::new("src/part.rs"), &part(1))?;
    project.write(&script(), &whole(1))?;
    let mut running = project.start(&[], &[])?;
    running.save(&script(), &whole(2))?;
    let before = limit_descriptors(running.session.pid(), Some(0))?;
    project.write(&script(), &whole(3))?;
    let refused = running.next_event()?;
    let message = refused["message"].as_str().unwrap_or_default();
    let is_told = refused["reason"] == "environment" && message.contains("Too many open files");
    ensure!(is_told, "there is another event: {refused}\n{}", running.said());
    goes_on(running.session.record(), &["out: v2 1".into()])?;
    limit_descriptors(running.session.pid(), before)?;
    project.write(Path::new("src/part.rs"), &part(2))?;
    running
        .session
        .record()
        .wait(LIMIT, |seen| seen.stdout.lines.last().filter(|line| line.ends_with("v3 2")).cloned());
    goes_on(running.session.record(), &["out: v3 2".into()])?;
    running.finish()
}

/// How many descriptors a process may have from now on; gives back how many it could.
fn limit_descriptors(process: Pid, count: Option<u64>) -> Result<Option<u64>> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let before = prlimit(Some(process), Resource::Nofile, Rlimit { current: count, maximum });
    let before = before.context("failed to limit a process's descriptors")?;
    Ok(before.current)
}

#[test]
fn a_session_whose_temporary_folder_is_removed_goes_on_and_commands_are_told() -> Result<()> {
    let project = lay_out("a-session-whose-temporary-folder-is-removed")?;
    let mut running = project.start(&[], &[])?;
    goes_on(running.session.record(), &["out: v1".into()])?;
    let (sockets, [temporary, _]) = (running.sockets()?, project.environment.temporary());
    fs::remove_dir_all(&temporary).context("failed to remove a folder")?;
    running.save(&script(), &version(2))?;
    goes_on(running.session.record(), &["out: v2".into()])?;
    let mut status = project.environment.command(&project.cargo_hot, &project.root);
    let status = status.args(["hot", "status"]).output().context("failed to start cargo hot")?;
    let said = String::from_utf8_lossy(&status.stderr).into_owned();
    let wanted = format!("nobody reaches it at `{}`", sockets.join("control").display());
    ensure!(!status.status.success() && said.contains(&wanted), "cargo hot said:\n{said}");
    running.save(&script(), &version(3))?;
    fs::create_dir(&temporary).context("failed to make a folder")?;
    running.finish()
}
