use hot_runtime::hot;

#[hot]
#[track_caller]
fn where_from() {}

#[hot]
#[cfg_attr(all(), inline, track_caller)]
fn where_from_perhaps() {}

#[hot]
#[hot]
fn twice() {}

#[hot]
fn conditional(#[cfg(all())] value: u8) {
    let _ = value;
}

fn main() {
    where_from();
    where_from_perhaps();
    twice();
    conditional(1);
}
