//! The shared libraries that a patch may refer to.

use procfs::process::{MMapPath, Process};
use std::path::{Path, PathBuf};

/// Where distributions keep the C library.
const FOLDERS: &[&str] =
    &["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib"];

/// Every program may call these, though the linker left them out where none of its code did.
const OF_EVERY_PROGRAM: &[&str] = &["libm.so.6"];

/// Those the process has mapped, and those it could have had.
pub(crate) fn shared_libraries(process: u32) -> Vec<PathBuf> {
    let maps = i32::try_from(process).ok().and_then(|process| Process::new(process).ok()?.maps().ok());
    let path = |path| if let MMapPath::Path(path) = path { Some(path) } else { None };
    let mut libraries: Vec<PathBuf> =
        maps.into_iter().flat_map(|maps| maps.0).filter_map(|map| path(map.pathname)).collect();
    libraries.retain(|library| is_library(library));
    for name in OF_EVERY_PROGRAM {
        let places = FOLDERS.iter().map(|folder| Path::new(folder).join(name));
        libraries.extend(places.into_iter().find(|place| place.is_file()));
    }
    libraries.sort();
    libraries.dedup();
    libraries
}

fn is_library(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.contains(".so") && path.is_file()
}
