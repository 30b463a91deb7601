//! Where a function moves to.

// later
