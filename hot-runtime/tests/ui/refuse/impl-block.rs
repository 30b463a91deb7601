use hot_runtime::hot;

struct Grid;

#[hot]
impl Grid {
    fn cells(&self) {}
    async fn rows(&self) -> impl Iterator<Item = u8> {
        0..9
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
    drop(Grid.rows());
    Grid.twice();
}
