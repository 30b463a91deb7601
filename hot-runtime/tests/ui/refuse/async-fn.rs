use hot_runtime::hot;

#[hot]
async fn fetch() {}

fn main() {
    drop(fetch());
}
