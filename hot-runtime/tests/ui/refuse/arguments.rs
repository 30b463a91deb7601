use hot_runtime::hot;

#[hot(always)]
fn update() {}

#[hot(?Send)]
fn without_a_future() {}

struct Grid;

#[hot(?Send)]
impl Grid {
    fn cells(&self) {}
}

fn main() {
    update();
    without_a_future();
    Grid.cells();
}
