//! A terminal full of small lives: plants spread over the soil, grazers eat plants, hunters eat grazers.
//!
//! Start it with `cargo hot run -p life`, edit `rules.rs`, `palette.rs`, `pace.rs` or `title.rs`, and save: the same
//! world goes on under the new rules. Without a terminal it prints a line per tick instead, see [`headless`].

mod headless;
mod options;
mod pace;
mod palette;
mod rules;
mod screen;
mod title;
mod world;

use std::io::{self, IsTerminal as _};

use options::Options;
use screen::App;

fn main() -> anyhow::Result<()> {
    let options = Options::from_env()?;
    if options.headless || !io::stdout().is_terminal() {
        return headless::run(&options);
    }
    // `run` gives the terminal back on return and on panic.
    ratatui::run(|terminal| {
        let mut app = App::new(options.seed);
        while !app.quit && app.world.tick() < options.ticks {
            screen::frame(&mut app, terminal)?;
            app.listen()?;
        }
        Ok(())
    })
}
