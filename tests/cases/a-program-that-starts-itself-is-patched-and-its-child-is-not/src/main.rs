//# never-stderr: takes no patches
//# stdout: parent=\d+ v1$
//# stdout: child=\d+ v1$
//# edit 1: s/v1/v2/
//# patched: name
//# stdout: parent=(?<same_parent>\d+) v2$
//# stdout: child=(?<same_child>\d+) v1$
//# edit 2: s/v2/v3/
//# patched: name
//# stdout: parent=(?<same_parent>\d+) v3$
//# stdout: child=(?<same_child>\d+) v1$

use std::os::unix::process::parent_id;
use std::process::{Command, id};
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn name() -> &'static str {
    "v1"
}

fn say(who: &str) {
    println!("{who}={} {}", id(), name());
    sleep(Duration::from_millis(20));
}

fn main() {
    if std::env::args().nth(1).is_some() {
        let parent = parent_id();
        while parent_id() == parent {
            say("child");
        }
        return;
    }
    Command::new(std::env::current_exe().unwrap()).arg("child").spawn().unwrap();
    loop {
        say("parent");
    }
}
