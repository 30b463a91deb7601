pub fn number(hits: u32) -> u32 {
    if hits == u32::MAX { 0 } else { 1 }
}
