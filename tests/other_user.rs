//! Another user of the machine takes no part in a session: neither connects, nor reads or plants a patch, nor has a program or a
//! command believe it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Trial};
use serde_json::{Value, json};
use tests::case::Launch;
use tests::other_user::{self, Act, OtherUser};
use tests::record::Record;
use tests::stage::{self, Project, Stage};
use tests::{remains, trials};

/// No step waits for anything but a process that has all it needs.
const LIMIT: Duration = Duration::from_secs(30);

type Test = fn() -> Result<()>;

const PROGRAM: &str = r#"
use hot_runtime::hot;

fn main() {
    loop {
        say();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[hot]
fn say() {
    println!("out: v1");
}
"#;

fn main() -> ExitCode {
    if let Some(acted) = other_user::act() {
        return if acted.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let all: [(&str, Test); 5] = [
        ("another-user-is-not-heard", is_not_heard),
        ("another-user-neither-reads-nor-plants-a-patch", neither_reads_nor_plants),
        ("a-session-of-another-user-is-not-believed-by-a-program", is_not_believed_by_a_program),
        ("what-another-user-leaves-among-sessions-is-not-believed", leaves_nothing_to_believe),
        ("a-target-directory-of-another-user-is-refused", is_refused_as_owner),
    ];
    let trials = all.map(|(name, run)| {
        let trial = Trial::test(name, move || run().map_err(|error| trials::failed(&error)));
        if other_user::is_possible() { trial } else { trial.with_kind("needs root").with_ignored_flag(true) }
    });
    libtest_mimic::run(&Arguments::from_args(), trials.into()).exit_code()
}

fn lay_out(name: &str) -> Result<Project> {
    Stage::of_cases()?.project(name, &[stage::manifest(name), (script(), PROGRAM.to_owned())])
}

fn script() -> PathBuf {
    "src/main.rs".into()
}

/// Even where the folders are opened by mistake.
fn is_not_heard() -> Result<()> {
    let project = lay_out("another-user-is-not-heard")?;
    let mut running = project.start(&[], &[])?;
    let (other, sockets) = (OtherUser::new()?, running.sockets()?);
    let (host, control) = (sockets.join("host"), sockets.join("control"));
    expect(&other, Act::SayHello, &host, "permission denied")?;
    expect(&other, Act::AskStatus, &control, "permission denied")?;
    open_to_all(&project.environment.temporary()[0])?;
    for path in [&sockets, &host, &control] {
        open_to_all(path)?;
    }
    expect(&other, Act::SayHello, &host, "hung up on")?;
    expect(&other, Act::AskStatus, &control, "hung up on")?;
    running.save(&script(), &PROGRAM.replace("v1", "v2"))?;
    running.finish()
}

/// Whatever the file mask is that it was started with.
fn neither_reads_nor_plants() -> Result<()> {
    let project = lay_out("another-user-neither-reads-nor-plants-a-patch")?;
    let under = ["sh", "-c", r#"umask 000; exec "$@""#, "sh"].map(str::to_owned).to_vec();
    let mut running = project.launch(&Launch { under, ..Launch::default() })?;
    running.save(&script(), &PROGRAM.replace("v1", "v2"))?;
    let (other, folder) = (OtherUser::new()?, running.folder()?);
    for private in [&folder, &running.sockets()?] {
        let found = fs::symlink_metadata(private).context("failed to look at a folder")?;
        ensure!(found.is_dir() && found.uid() == 0, "`{}` is not ours", private.display());
        ensure!(found.mode() & 0o777 == 0o700, "others can enter `{}`: {:o}", private.display(), found.mode());
    }
    let patch = folder.join("1/patches/patch-1.so");
    ensure!(patch.is_file(), "`{}` is not there", patch.display());
    expect(&other, Act::Read, &patch, "permission denied")?;
    expect(&other, Act::Write, &patch, "permission denied")?;
    expect(&other, Act::Write, &patch.with_file_name("patch-2.so"), "permission denied")?;
    running.save(&script(), &PROGRAM.replace("v1", "v3"))?;
    running.finish()
}

/// The socket is where the program was told, and somebody else listens there.
fn is_not_believed_by_a_program() -> Result<()> {
    let name = "a-session-of-another-user-is-not-believed-by-a-program";
    let project = lay_out(name)?;
    project.start(&[], &[])?.finish()?;
    let other = OtherUser::new()?;
    let socket = other.home().join("host");
    let _welcoming = other.begin(Act::Welcome, &socket)?;
    let mut program = project.environment.command(&project.target.join("debug").join(name), &project.root);
    program.env("CARGO_HOT_SOCKET", &socket).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let record = Record::follow(program.spawn().context("failed to start the program")?, None);
    let said = record.wait(LIMIT, |seen| (seen.stdout.lines.len() > 2).then(|| seen.stderr.lines.join("\n")));
    remains::clear(&project.environment);
    let said = said.context("the program does not go on")?;
    ensure!(said.contains("the session belongs to another user"), "the program said:\n{said}");
    remains::check(&project.environment)
}

/// Notices and folders beside those of sessions.
fn leaves_nothing_to_believe() -> Result<()> {
    let project = lay_out("what-another-user-leaves-among-sessions-is-not-believed")?;
    let other = OtherUser::new()?;
    let mut planted = Planted::new(&project.sessions())?;
    // As if a session of ours had been killed that had its sockets there.
    let ours = project.environment.temporary()[1].join("cargo-hot-of-ours");
    fs::create_dir(&ours).context("failed to make a folder")?;
    planted.notice("0-swept", &project.root, &ours.join("control"))?;
    let running = project.start(&[], &[])?;
    ensure!(ours.is_dir(), "a folder was removed that another user named");
    let socket = other.home().join("control");
    let _answering = other.begin(Act::AnswerStatus, &socket)?;
    planted.notice("0-asked", &project.root, &socket)?;
    let mut status = project.environment.command(&project.cargo_hot, &project.root);
    let status = status.args(["hot", "status"]).output().context("failed to start cargo hot")?;
    let said = String::from_utf8_lossy(&[status.stdout, status.stderr].concat()).into_owned();
    ensure!(said.contains("process") && !said.contains("another user"), "cargo hot said:\n{said}");
    fs::remove_dir(&ours).context("failed to remove a folder")?;
    running.finish()
}

/// Made in advance, where everybody may make folders.
fn is_refused_as_owner() -> Result<()> {
    let project = lay_out("a-target-directory-of-another-user-is-refused")?;
    let other = OtherUser::new()?;
    let target = other.home().join("target");
    expect(&other, Act::MakeFolder, &target, "made")?;
    let mut run = project.environment.command(&project.cargo_hot, &project.root);
    run.args(["hot", "run"]).env("CARGO_TARGET_DIR", &target).stdout(Stdio::piped()).stderr(Stdio::piped());
    let record = Record::follow(run.spawn().context("failed to start cargo hot")?, None);
    let ended = record.wait(LIMIT, |seen| seen.ended.filter(|_| seen.stderr.closed));
    remains::clear(&project.environment);
    let said = record.seen().stderr.lines.join("\n");
    ensure!(ended.is_some_and(|status| !status.success()), "cargo hot ran there");
    ensure!(said.contains(&format!("`{}` belongs to another user", target.display())), "cargo hot said:\n{said}");
    remains::check(&project.environment)
}

/// What the other user put among the folders of sessions, until dropped.
struct Planted {
    sessions: PathBuf,
    folders: Vec<PathBuf>,
}

impl Planted {
    fn new(sessions: &Path) -> Result<Self> {
        fs::create_dir_all(sessions).context("failed to make the folder of sessions")?;
        Ok(Self { sessions: sessions.to_owned(), folders: Vec::new() })
    }

    fn notice(&mut self, name: &str, workspace: &Path, socket: &Path) -> Result<()> {
        let folder = self.sessions.join(name);
        fs::create_dir(&folder).context("failed to make a folder")?;
        self.folders.push(folder.clone());
        let notice: Value = json!({ "workspace": workspace, "socket": socket });
        fs::write(folder.join("control.json"), notice.to_string()).context("failed to write a notice")?;
        std::os::unix::fs::chown(&folder, Some(other_user::USER), None).context("failed to give a folder away")
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        for folder in &self.folders {
            // The test has failed if it is gone.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn expect(other: &OtherUser, act: Act, path: &Path, wanted: &str) -> Result<()> {
    let came_of_it = other.act(act, path)?;
    ensure!(came_of_it == wanted, "{act:?} of `{}` by another user: {came_of_it}", path.display());
    Ok(())
}

fn open_to_all(path: &Path) -> Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o777))
        .with_context(|| format!("failed to open `{}`", path.display()))
}
