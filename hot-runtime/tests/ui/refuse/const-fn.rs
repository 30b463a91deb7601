use hot_runtime::hot;

#[hot]
const fn size() -> usize {
    1
}

fn main() {
    size();
}
