//# stderr: Error: "no luck"
//# exit: 1

use hot_runtime::hot;

#[hot]
fn update() -> Result<(), String> {
    Err("no luck".into())
}

fn main() -> Result<(), String> {
    update()
}
