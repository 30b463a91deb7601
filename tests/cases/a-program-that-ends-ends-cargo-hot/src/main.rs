//# stdout: bye
//# exit: 0

use hot_runtime::hot;

#[hot]
fn update() {
    println!("bye");
}

fn main() {
    update();
}
