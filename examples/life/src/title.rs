//! What the line under the world says.

use hot_runtime::hot;
use ratatui::style::{Color, Style, Stylize as _};
use ratatui::text::{Line, Span};

use crate::palette;
use crate::rules;
use crate::screen::App;
use crate::world::{Cell, Kind};

/// Under the whole line, its gaps too.
pub(crate) const GROUND: Style = Style::new().bg(Color::Rgb(12, 10, 26));

#[hot]
pub(crate) fn title() -> Span<'static> {
    " LIFE ".bold().fg(Color::Black).bg(Color::Rgb(255, 196, 84))
}

#[hot]
pub(crate) fn status(app: &App) -> Line<'static> {
    let world = &app.world;
    Line::from(vec![
        title(),
        format!("  tick {:<6} ", world.tick()).into(),
        format!("born {:<8} ", rules::born()).into(),
        format!("● {:<6}", world.count(Kind::Plant)).fg(full(Kind::Plant)),
        format!("● {:<6}", world.count(Kind::Grazer)).fg(full(Kind::Grazer)),
        format!("● {:<6}", world.count(Kind::Hunter)).fg(full(Kind::Hunter)),
        format!(" x{:<4} ", app.speed).into(),
        format!("{:>3.0} fps", app.fps()).dim(),
    ])
}

#[hot]
pub(crate) fn keys() -> Line<'static> {
    Line::from("space pause  n new world  + - speed  q quit ").dim()
}

/// The colour of a kind at its brightest.
fn full(kind: Kind) -> Color {
    palette::colour(Cell { kind, energy: 255, warmth: 255 })
}
