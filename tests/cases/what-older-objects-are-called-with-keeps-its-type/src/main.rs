//# stdout: hits=(?<more>\d+) out: v1 6
//# edit 1: s/struct Event { at: u8 }/struct Event { by: String, at: u8 }/
//# edit 1: s/Event { at: 1 }/Event { by: String::new(), at: 1 }/g
//# refused: layout-changed; says the struct `Event` changed
//# edit 2: s/struct Event { by: String, at: u8 }/struct Event { at: u8 }/
//# edit 2: s/Event { by: String::new(), at: 1 }/Event { at: 1 }/g
//# unchanged
//# edit 3: s/struct Answer(u8);/struct Answer(u64);/
//# edit 3: s/Answer(2)/Answer(u64::from(2u8))/
//# edit 3: s/u64::from(answer.0)/answer.0/
//# refused: layout-changed; says the struct `Answer` changed; says which takes or gives it
//# edit 4: s/struct Answer(u64);/struct Answer(u8);/
//# edit 4: s/Answer(u64::from(2u8))/Answer(2)/
//# edit 4: s/answer.0 +/u64::from(answer.0) +/
//# unchanged
//# edit 5: s/struct Word(u8);/struct Word(u8, u8);/
//# edit 5: s/Word(3)/Word(3, 0)/
//# refused: layout-changed; says the struct `Word` changed
//# edit 6: s/struct Word(u8, u8);/struct Word(u8);/
//# edit 6: s/Word(3, 0)/Word(3)/
//# unchanged
//# edit 7: s/struct Free(u8);/struct Free(u64);/
//# edit 7: s/u64::from(free.0)/free.0/
//# edit 7: s/out: v1/out: v2/
//# patched: update
//# stdout: hits=(?<more>\d+) out: v2 6
//# oracle

use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

struct Event { at: u8 }
struct Answer(u8);
struct Word(u8);
struct Free(u8);

trait Handler: Send {
    fn handle(&self, event: &Event) -> u64;
    fn answer(&self) -> Answer;
}

struct Echo;

impl Handler for Echo {
    fn handle(&self, event: &Event) -> u64 {
        u64::from(event.at)
    }

    fn answer(&self) -> Answer {
        Answer(2)
    }
}

trait Twice {
    fn twice(&self, free: Free) -> Free;
}

impl Twice for Echo {
    fn twice(&self, free: Free) -> Free {
        free
    }
}

static HANDLER: Mutex<Option<Box<dyn Handler>>> = Mutex::new(None);

#[hot]
fn update(hits: u32, say: &dyn Fn(&Word) -> u64) {
    let handler = HANDLER.lock().unwrap();
    let handler = handler.as_ref().unwrap();
    let newest: Box<dyn Handler> = Box::new(Echo);
    let answer = if hits == 0 { newest.answer() } else { handler.answer() };
    newest.handle(&Event { at: 1 });
    let free = Echo.twice(Free(0));
    println!("hits={hits} out: v1 {}", handler.handle(&Event { at: 1 }) + u64::from(answer.0) + say(&Word(3)) + u64::from(free.0));
}

fn main() {
    *HANDLER.lock().unwrap() = Some(Box::new(Echo));
    let say = |word: &Word| u64::from(word.0);
    for hits in 1.. {
        update(hits, &say);
        sleep(Duration::from_millis(20));
    }
}
