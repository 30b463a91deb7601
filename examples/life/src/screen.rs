//! The world on a terminal: thirty frames a second, two cells in each character, and the keys.

use std::io;
use std::time::{Duration, Instant};

use hot_runtime::hot;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyModifiers};
use ratatui::crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::crossterm::{execute, queue};
use ratatui::layout::Rect;
use ratatui::{DefaultTerminal, Frame};

use crate::pace;
use crate::palette;
use crate::title;
use crate::world::World;

const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 30);

/// A frame shows at most so many ticks, so that a fast world on a slow machine still answers its keys.
const MOST_TICKS: f32 = 8.0;

/// So often the whole screen is drawn anew: others write to the terminal too, and only we know what belongs there.
const REDRAW: Duration = Duration::from_secs(2);

pub(crate) struct App {
    pub(crate) world: World,
    pub(crate) speed: f32,
    pub(crate) quit: bool,
    paused: bool,
    /// Seconds from frame to frame, as a mean over about ten: a number that a person can read.
    frame_time: f32,
    seed: u64,
    /// Ticks that are due; the part under one waits for the next frame.
    due: f32,
    shown: Instant,
    /// When the next frame is due.
    next: Instant,
    redrawn: Instant,
}

/// Lets the world live until now, and shows it.
#[hot]
pub(crate) fn frame(app: &mut App, terminal: &mut DefaultTerminal) -> io::Result<()> {
    app.advance();
    if app.redrawn.elapsed() > REDRAW {
        // The frame to compare with becomes an empty one, from which every cell of ours differs.
        terminal.swap_buffers();
        app.redrawn = Instant::now();
    }
    // A terminal that knows this mark shows the frame at once, so that no frame is seen half drawn.
    queue!(terminal.backend_mut(), BeginSynchronizedUpdate)?;
    terminal.draw(|frame| draw(app, frame))?;
    execute!(terminal.backend_mut(), EndSynchronizedUpdate)
}

#[hot]
fn draw(app: &mut App, frame: &mut Frame) {
    let area = frame.area();
    let field = Rect { height: area.height.saturating_sub(1), ..area };
    let line = Rect { y: field.height, height: area.height.min(1), ..area };

    app.fit(field);
    draw_world(&app.world, frame.buffer_mut());
    frame.buffer_mut().set_style(line, title::GROUND);
    let (status, keys) = (title::status(app), title::keys());
    if status.width() + keys.width() <= usize::from(line.width) {
        frame.render_widget(keys.right_aligned(), line);
    }
    frame.render_widget(status, line);
}

/// The upper half block shows two cells: the one above in the text's colour, the one below in the background's.
#[hot]
fn draw_world(world: &World, buffer: &mut Buffer) {
    let (width, height) = world.size();
    for y in 0..height / 2 {
        for x in 0..width {
            buffer[(x as u16, y as u16)]
                .set_char('▀')
                .set_fg(palette::colour(world.cell(x, 2 * y)))
                .set_bg(palette::colour(world.cell(x, 2 * y + 1)));
        }
    }
}

impl App {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            world: World::new(0, 0, seed),
            speed: 1.0,
            quit: false,
            paused: false,
            frame_time: FRAME.as_secs_f32(),
            seed,
            due: 0.0,
            shown: Instant::now(),
            next: Instant::now(),
            redrawn: Instant::now(),
        }
    }

    pub(crate) fn fps(&self) -> f32 {
        1.0 / self.frame_time
    }

    /// Waits for the time of the next frame, and obeys the keys that come until then.
    pub(crate) fn listen(&mut self) -> io::Result<()> {
        while event::poll(self.next.saturating_duration_since(Instant::now()))? {
            if let Event::Key(key) = event::read()?
                && key.is_press()
            {
                self.obey(key.code, key.modifiers);
            }
        }
        Ok(())
    }

    fn obey(&mut self, key: KeyCode, modifiers: KeyModifiers) {
        let (width, height) = self.world.size();
        match key {
            KeyCode::Char('q') | KeyCode::Esc => self.quit = true,
            KeyCode::Char('c') if modifiers.contains(KeyModifiers::CONTROL) => self.quit = true,
            KeyCode::Char(' ') => self.paused = !self.paused,
            KeyCode::Char('n') => {
                self.seed += 1;
                self.world = World::new(width, height, self.seed);
            }
            KeyCode::Char('+' | '=') => self.speed = (self.speed * 2.0).min(16.0),
            KeyCode::Char('-') => self.speed = (self.speed / 2.0).max(0.0625),
            _ => {}
        }
    }

    fn advance(&mut self) {
        let now = Instant::now();
        let elapsed = (now - self.shown).as_secs_f32();
        self.shown = now;
        self.next = (self.next + FRAME).max(now);
        self.frame_time += 0.1 * (elapsed - self.frame_time);
        if self.paused {
            return;
        }
        self.due = (self.due + elapsed * self.speed * pace::ticks_per_second()).clamp(0.0, MOST_TICKS);
        while self.due >= 1.0 {
            self.world.step();
            self.due -= 1.0;
        }
    }

    /// Fits the world to the terminal: the first field is a new world, a later one keeps what lives.
    fn fit(&mut self, field: Rect) {
        let size = (usize::from(field.width), 2 * usize::from(field.height));
        if self.world.size() == (0, 0) {
            self.world = World::new(size.0, size.1, self.seed);
        } else if self.world.size() != size {
            self.world.resize(size.0, size.1);
        }
    }
}
