//! Judges numbers: what many come to, and whether that reaches a goal.

/// The value in the middle; that of nothing is 0.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// A goal, and whether the number that was measured reaches it.
pub(crate) fn goal(what: &str, is_reached: bool) {
    println!("{} {what}", if is_reached { "reached:" } else { "MISSED: " });
}
