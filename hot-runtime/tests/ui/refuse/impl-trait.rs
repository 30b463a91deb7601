use hot_runtime::hot;

#[hot]
fn returns_impl() -> Option<impl Iterator<Item = u8>> {
    Some(0..9)
}

fn main() {
    returns_impl();
}
