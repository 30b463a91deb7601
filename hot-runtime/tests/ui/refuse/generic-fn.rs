use hot_runtime::hot;

#[hot]
fn over_types<T>(value: T) -> T {
    value
}

#[hot]
fn over_constants<'a, const N: usize>(value: &'a [u8; N]) -> &'a u8 {
    &value[0]
}

#[hot]
fn takes_impl(values: &[&impl Copy]) {
    let _ = values;
}

#[hot]
fn returns_impl() -> Option<impl Iterator<Item = u8>> {
    Some(0..9)
}

fn main() {
    over_types(1);
    over_constants(&[1]);
    takes_impl(&[&1]);
    returns_impl();
}
