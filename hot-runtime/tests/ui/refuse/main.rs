use hot_runtime::hot;

#[hot]
fn main() {}
