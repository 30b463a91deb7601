use hot_runtime::hot;

#[hot]
#[no_such_crate::instrument]
async fn rewritten() {}

#[hot]
#[cfg_attr(all(), no_such_crate::test)]
async fn conditionally_rewritten() {}

#[hot]
async fn main() {}
