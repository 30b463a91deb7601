//! What a cell looks like.

use hot_runtime::hot;
use ratatui::style::Color;

use crate::world::{Cell, Kind};

/// The colour of a cell: a life is bright when it has much energy, soil glows where an animal has been.
#[hot]
pub(crate) fn colour(cell: Cell) -> Color {
    match cell.kind {
        Kind::Soil => shade(cell.warmth, (12, 10, 26), (92, 22, 78)),
        Kind::Plant => shade(cell.energy, (12, 52, 58), (64, 176, 108)),
        Kind::Grazer => shade(cell.energy, (196, 92, 24), (255, 226, 130)),
        Kind::Hunter => shade(cell.energy, (112, 16, 72), (255, 70, 92)),
    }
}

/// The colour between two, from the first (0) to the second (255).
fn shade(part: u8, from: (u8, u8, u8), to: (u8, u8, u8)) -> Color {
    let part = i32::from(part);
    let mix = |from: u8, to: u8| {
        let (from, to) = (i32::from(from), i32::from(to));
        (from + (to - from) * part / 255) as u8
    };
    Color::Rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shade_runs_from_one_colour_to_the_other() {
        let rows = [(0, (10, 200, 0)), (51, (20, 160, 51)), (255, (60, 0, 255))];
        for (part, (red, green, blue)) in rows {
            assert_eq!(shade(part, (10, 200, 0), (60, 0, 255)), Color::Rgb(red, green, blue), "{part}");
        }
    }
}
