use hot_runtime::hot;

struct Grid;
struct Cells<T>(T);

#[hot]
impl Grid {
    fn cells(&self) {}
    async fn load<T>(&self, _: T) {}
}

#[hot]
impl<T> Cells<T> {
    fn first(&self) -> &T {
        &self.0
    }
}

macro_rules! nothing {
    () => {};
}

#[hot]
impl Grid {
    nothing!();
}

#[hot]
impl Grid {
    #[hot]
    fn twice(&self) {}
}

fn main() {
    Grid.cells();
    drop(Grid.load(1));
    Cells(1).first();
    Grid.twice();
}
