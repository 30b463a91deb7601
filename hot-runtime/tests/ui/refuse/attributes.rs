use hot_runtime::hot;

#[hot]
#[track_caller]
async fn where_from() {}

#[hot]
#[hot]
fn twice() {}

#[hot]
fn conditional(#[cfg(all())] value: u8) {
    let _ = value;
}

fn main() {
    let _ = where_from();
    twice();
    conditional(1);
}
