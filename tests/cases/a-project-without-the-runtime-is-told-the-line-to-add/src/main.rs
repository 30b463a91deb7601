//# stderr: hot-runtime
//# stdout: out: v1
//# exit: 0

fn main() {
    println!("out: v1");
    std::thread::sleep(std::time::Duration::from_millis(200));
}
