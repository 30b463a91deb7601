//# args: argument
//# stdout: out: v1$
//# edit 1: s|// numbers|out.push(format!("{:.3} {:e} {}", 1.5f64.sin().powf(0.3), 1234.5f64.ln(), "2.25".parse::<f64>().unwrap().to_degrees()));|
//# patched: update
//# stdout: out: v1 0\.999
//# edit 2: s|// collections|let mut list = vec![3, 1, 2];\n    list.sort_by(\|a, b\| b.cmp(a));\n    let map: std::collections::BTreeMap<_, _> = list.iter().map(\|n\| (n, n * n)).collect();\n    let all: std::collections::HashMap<_, _> = map.iter().collect();\n    out.push(format!("{list:?} {map:?} {}", all.len()));|
//# patched: update
//# stdout: \[3, 2, 1\] \{1: 1, 2: 4, 3: 9\} 3$
//# edit 3: s|// text|let upper: String = "straße".chars().rev().flat_map(char::to_uppercase).collect();\n    out.push(upper + &"a-b-c".replace('-', "+"));\n    out.extend(std::env::args().skip(1));\n    out.push(String::from_utf8_lossy(b"x\\xffy").into_owned());|
//# patched: update
//# stdout: ESSARTSa\+b\+c argument x.y$
//# edit 4: s|// threads|let (sender, receiver) = std::sync::mpsc::channel();\n    let thread = std::thread::Builder::new().name("late".into()).spawn(move \|\| {\n        sender.send(std::thread::current().name().map(str::to_owned)).unwrap();\n        std::sync::RwLock::new(5).read().map(\|n\| *n).unwrap()\n    });\n    out.push(format!("{:?} {}", receiver.recv().unwrap(), thread.unwrap().join().unwrap()));|
//# patched: update
//# stdout: Some\("late"\) 5$
//# oracle
//# edit 5: s|// time|let time = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() > Duration::from_secs(1);\n    let read = std::fs::read_to_string("/nowhere").unwrap_err().kind();\n    out.push(format!("{time} {read} {:?}", "127.0.0.1:80".parse::<std::net::SocketAddr>()));|
//# patched: update
//# stdout: true entity not found Ok\(127\.0\.0\.1:80\)$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
#[allow(unused_mut)]
fn update() {
    let mut out = vec![String::from("v1")];
    // numbers
    // collections
    // text
    // threads
    // time
    println!("out: {}", out.join(" "));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
