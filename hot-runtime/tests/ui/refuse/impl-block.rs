use hot_runtime::hot;

struct Grid;

#[hot]
impl Grid {
    fn cells(&self) {}
    #[cfg_attr(all(), track_caller)]
    fn rows(&self) {}
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
    Grid.twice();
}
