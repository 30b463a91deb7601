//# stdout: out: v1$
//# edit 1: s/"v1".to_owned()/std::collections::HashMap::from([("a", 1), ("b", 2)])["b"].to_string()/
//# patched: update
//# stdout: out: 2$
//# oracle
//# edit 2: s/{text}"/{text} {}", std::thread::spawn(|| 5).join().unwrap()/
//# patched: update
//# stdout: out: 2 5$
//# oracle
//# edit 3: s/std::thread::spawn(|| 5).join().unwrap()/channel()/
//# edit 3: s|// later|fn channel() -> String {\n    let (sender, receiver) = std::sync::mpsc::channel();\n    let threads = [1, 2, 3].map(\|n\| {\n        let sender = sender.clone();\n        std::thread::spawn(move \|\| sender.send(std::collections::HashSet::from([n; 3])).unwrap())\n    });\n    drop(sender);\n    threads.into_iter().for_each(\|thread\| thread.join().unwrap());\n    receiver.iter().flatten().sum::<i32>().to_string()\n}|
//# patched: update, channel
//# stdout: out: 2 6$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

// later

#[hot]
fn update() {
    let text = "v1".to_owned();
    println!("out: {text}");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
