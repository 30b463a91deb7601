use hot_runtime::hot;

struct Cells<T>(T);

impl<T> Cells<T> {
    #[hot]
    fn first(&self) -> &T {
        &self.0
    }
}

struct Row<const N: usize>;

impl<const N: usize> Row<N> {
    #[hot]
    fn new() -> Self {
        Row
    }
}

trait Draw {
    #[hot]
    fn draw(&self) {}
}

impl Draw for Cells<u8> {}

fn main() {
    Cells(1).first();
    Row::<1>::new();
    Cells(1).draw();
}
