use std::rc::Rc;

use hot_runtime::hot;

#[hot]
async fn fetch() -> u8 {
    let count = Rc::new(1);
    std::future::ready(()).await;
    *count
}

struct Page(Rc<u8>);

impl Page {
    #[hot]
    async fn load(&self) -> u8 {
        *self.0
    }
}

fn main() {
    drop(fetch());
    drop(Page(Rc::new(1)).load());
}
