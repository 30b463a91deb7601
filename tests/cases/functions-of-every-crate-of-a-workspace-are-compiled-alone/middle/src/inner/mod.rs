use crate::Low;
use std::collections::BTreeMap;

pub struct Table<'a> {
    rows: BTreeMap<&'a str, Low>,
}

impl<'a> Table<'a> {
    fn row(&'a self, name: &str) -> Option<&'a Low>
    where
        'a: 'a,
    {
        assert_ne!(name, "v1");
        self.rows.get(name)
    }
}

pub fn of_inner() -> String {
    let table = Table { rows: [("one", Low { number: 1 })].iter().map(|(name, low)| (*name, Low { number: low.number })).collect() };
    format!("inner v1 {:?} {}", table.row("one").map(Low::shown), crate::gen())
}
