use hot_runtime::hot;

#[hot]
pub fn step(n: u64) -> u64 {
    n + 1
}
