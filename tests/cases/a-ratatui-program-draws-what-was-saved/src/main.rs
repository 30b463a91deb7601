//# env: CARGO_NET_OFFLINE=false
//# stdout: hits=(?<more>\d+) out: ┌game v1─┐│score 3 │└────────┘$
//# edit 1: s/"game v1"/"game v2"/
//# patched: App::render; hot App::render; not main
//# stdout: hits=(?<more>\d+) out: ┌game v2─┐│score 3 │└────────┘$
//# oracle
//# edit 2: s/"score {}"/"SCORE {}"/
//# patched: App::score; not main
//# stdout: hits=(?<more>\d+) out: ┌game v2─┐│SCORE 3 │└────────┘$
//# oracle
//# edit 3: s/frame.render_widget(app, frame.area())/frame.render_widget(app, frame.area());\n        frame.render_widget("x", Rect::new(1, 1, 1, 1))/
//# edit 3: s/layout::Rect;/layout::Rect; \/\/ used twice/
//# patched: draw; hot draw; not main
//# stdout: hits=(?<more>\d+) out: ┌game v2─┐│xCORE 3 │└────────┘$
//# oracle
//# edit 4: s/Block::bordered()/Block::bordered().border_type(BorderType::Double)/
//# edit 4: s/widgets::{Block, /widgets::{Block, BorderType, /
//# patched: App::render; not main
//# stdout: hits=(?<more>\d+) out: ╔game v2═╗║xCORE 3 ║╚════════╝$
//# oracle

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;
use ratatui::Terminal;
use ratatui::backend::{Backend, TestBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Paragraph, Widget};

struct App {
    score: u32,
}

#[hot]
impl Widget for &App {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        let text = self.score();
        Paragraph::new(text).block(Block::bordered().title("game v1")).render(area, buffer);
    }
}

impl App {
    fn score(&self) -> String {
        format!("score {}", self.score)
    }
}

#[hot]
fn draw<B: Backend>(terminal: &mut Terminal<B>, app: &App) -> Result<(), B::Error> {
    terminal.draw(|frame| {
        frame.render_widget(app, frame.area());
    })?;
    Ok(())
}

fn main() {
    let mut terminal = Terminal::new(TestBackend::new(10, 3)).expect("it is a buffer in memory");
    let app = App { score: 3 };
    let mut hits = 0;
    loop {
        hits += 1;
        draw(&mut terminal, &app).expect("it is a buffer in memory");
        let cells = terminal.backend().buffer().content();
        println!("hits={hits} out: {}", cells.iter().map(|cell| cell.symbol()).collect::<String>());
        sleep(Duration::from_millis(10));
    }
}
