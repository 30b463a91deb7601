//# stdout: value=(?<more>\d+) out: v1$
//# edit 1: s/v1/v2/
//# patched: update; not main
//# stdout: value=(?<more>\d+) out: v2$
//# edit 2: s/v2/v3 and more/
//# patched: update
//# stdout: value=(?<more>\d+) out: v3
//# oracle

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update(socket: &mut BufReader<TcpStream>) {
    let mut answer = String::new();
    socket.get_mut().write_all(b"question\n").unwrap();
    socket.read_line(&mut answer).unwrap();
    println!("value={} out: v1", answer.trim());
}

fn answer_questions(listener: TcpListener) {
    let (socket, _) = listener.accept().unwrap();
    let mut socket = BufReader::new(socket);
    let mut question = String::new();
    for number in 0u64.. {
        if socket.read_line(&mut question).unwrap() == 0 {
            return;
        }
        socket.get_mut().write_all(format!("{number}\n").as_bytes()).unwrap();
    }
}

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut socket = BufReader::new(TcpStream::connect(listener.local_addr().unwrap()).unwrap());
    thread::spawn(|| answer_questions(listener));
    loop {
        update(&mut socket);
        sleep(Duration::from_millis(20));
    }
}
