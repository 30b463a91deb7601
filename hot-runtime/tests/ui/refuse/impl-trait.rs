use hot_runtime::hot;

#[hot]
async fn returns_impl() -> Option<impl Iterator<Item = u8>> {
    Some(0..9)
}

fn main() {
    drop(returns_impl());
}
