use hot_runtime::hot;

#[hot(always)]
fn update() {}

fn main() {
    update();
}
