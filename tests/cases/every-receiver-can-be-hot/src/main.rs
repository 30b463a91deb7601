//# stdout: out: v1 self, v1 &self, v1 &mut self, v1 Box, v1 Rc, v1 Arc, v1 Pin, v1 none$
//# edit 1: s/"v1/"v2/g
//# patched: Thing::by_value, Thing::by_ref, Thing::by_mut, Thing::by_box, Thing::by_rc, Thing::by_arc, Thing::by_pin, Thing::associated; not main
//# stdout: out: v2 self, v2 &self, v2 &mut self, v2 Box, v2 Rc, v2 Arc, v2 Pin, v2 none$
//# oracle

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[derive(Default)]
struct Thing(String);

impl Thing {
    #[hot]
    fn by_value(self) -> String {
        self.0 + "v1 self"
    }

    #[hot]
    fn by_ref(&self) -> &str {
        "v1 &self"
    }

    #[hot]
    fn by_mut(&mut self) -> &mut String {
        self.0 = "v1 &mut self".into();
        &mut self.0
    }

    #[hot]
    fn by_box(self: Box<Self>) -> String {
        self.0 + "v1 Box"
    }

    #[hot]
    fn by_rc(self: Rc<Self>) -> String {
        self.0.clone() + "v1 Rc"
    }

    #[hot]
    fn by_arc(self: Arc<Self>) -> String {
        self.0.clone() + "v1 Arc"
    }

    #[hot]
    fn by_pin(self: Pin<&mut Self>) -> String {
        self.0.clone() + "v1 Pin"
    }

    #[hot]
    fn associated() -> &'static str {
        "v1 none"
    }
}

fn update() {
    let all = [
        Thing::default().by_value(),
        Thing::default().by_ref().to_owned(),
        Thing::default().by_mut().clone(),
        Box::<Thing>::default().by_box(),
        Rc::<Thing>::default().by_rc(),
        Arc::<Thing>::default().by_arc(),
        Pin::new(&mut Thing::default()).by_pin(),
        Thing::associated().to_owned(),
    ];
    println!("out: {}", all.join(", "));
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
