//! What keeps a session from other users of the machine: folders that its user alone can enter, and who is at the other end of a
//! socket.

use anyhow::{Context, Result, bail};
use rustix::process::geteuid;
use std::fs::{self, DirBuilder, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// For its owner alone.
const MODE: u32 = 0o700;

/// Makes a folder that no other user can enter, whatever the process's file mask says; what is there by that name is not taken
/// for it.
///
/// # Errors
/// There is something of that name, or no room.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(MODE).create(path)
}

/// Whether it is a folder that this user made, and no link to one.
pub(crate) fn is_own_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == geteuid().as_raw())
}

/// Whether no other user can enter it: there are file systems without owners, where all can.
pub(crate) fn is_private(path: &Path) -> bool {
    fs::metadata(path)
        .is_ok_and(|found| found.uid() == geteuid().as_raw() && found.permissions().mode() & !MODE & 0o777 == 0)
}

/// Whether the process at the other end is of this user.
pub(crate) fn is_own_peer(stream: &UnixStream) -> bool {
    rustix::net::sockopt::socket_peercred(stream).is_ok_and(|credentials| credentials.uid == geteuid())
}

/// Those who connect, of this user alone, for ever.
pub(crate) fn peers(listener: &UnixListener) -> impl Iterator<Item = UnixStream> {
    // Whoever waits goes on to wait where there are no descriptors, and asking again at once would only heat the machine.
    const PAUSE: Duration = Duration::from_millis(100);
    let take = |stream: io::Result<UnixStream>| stream.inspect_err(|_| sleep(PAUSE)).ok().filter(is_own_peer);
    listener.incoming().filter_map(take)
}

/// A folder of a stranger may hold other files by the time that they are read: nothing is run from there. Whoever owns the
/// project is none, as it is that user's code which runs.
///
/// # Errors
/// One of the folders is a stranger's, or cannot be looked at.
pub(crate) fn check_owners<'a>(project: &Path, folders: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    let look = |path: &Path| fs::metadata(path).with_context(|| format!("failed to look at `{}`", path.display()));
    let friends = [0, geteuid().as_raw(), look(project)?.uid()];
    let is_strange = |found: &Metadata| !friends.contains(&found.uid());
    for folder in folders {
        if is_strange(&look(folder)?) {
            bail!(
                "`{}` belongs to another user of this machine, who could put other code in the place of patches; \
                 `--target-dir` or `CARGO_TARGET_DIR` names a folder of yours",
                folder.display()
            );
        }
    }
    Ok(())
}
