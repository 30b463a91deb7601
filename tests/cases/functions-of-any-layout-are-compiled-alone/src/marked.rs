pub fn at_mark() -> String { format!("mark v1 {} {}", line!(), column!()) }
