//! What the command line asks for.

use std::process;

use anyhow::bail;
use lexopt::{Arg, Parser, ValueExt as _};

const HELP: &str = "\
usage: life [--headless] [--seed N] [--ticks N]

  --headless  print a line per tick, also on a terminal
  --seed N    the world to begin with (default 1)
  --ticks N   end after N ticks
";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) headless: bool,
    pub(crate) seed: u64,
    pub(crate) ticks: u64,
}

impl Options {
    pub(crate) fn from_env() -> anyhow::Result<Self> {
        Self::parse(Parser::from_env())
    }

    fn parse(mut arguments: Parser) -> anyhow::Result<Self> {
        let mut options = Self { headless: false, seed: 1, ticks: u64::MAX };
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("headless") => options.headless = true,
                Arg::Long("seed") => options.seed = arguments.value()?.parse()?,
                Arg::Long("ticks") => options.ticks = arguments.value()?.parse()?,
                Arg::Short('h') | Arg::Long("help") => {
                    print!("{HELP}");
                    process::exit(0);
                }
                other => bail!("{}\n\n{HELP}", other.unexpected()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_option_is_read() {
        let none: [&str; 0] = [];
        let rows: [(&[&str], Options); 3] = [
            (&none, Options { headless: false, seed: 1, ticks: u64::MAX }),
            (&["--headless"], Options { headless: true, seed: 1, ticks: u64::MAX }),
            (&["--seed=7", "--ticks", "9"], Options { headless: false, seed: 7, ticks: 9 }),
        ];
        for (arguments, expected) in rows {
            assert_eq!(Options::parse(Parser::from_args(arguments)).unwrap(), expected, "{arguments:?}");
        }
    }

    #[test]
    fn an_unknown_option_is_refused_with_the_usage() {
        let error = Options::parse(Parser::from_args(["--sed"])).unwrap_err().to_string();
        assert!(error.contains("--sed") && error.contains("usage: life"), "{error}");
    }
}
