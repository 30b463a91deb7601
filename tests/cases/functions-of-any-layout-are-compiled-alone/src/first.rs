pub fn at_start() -> String { format!("start v1 {} {}", line!(), column!()) }
