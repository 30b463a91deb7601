mod deep {
    pub(super) mod lower;

    pub(in crate::tree) fn beside() -> &'static str {
        "beside"
    }
}

fn word() -> &'static str {
    "tree word"
}

pub fn of_tree() -> String {
    format!("v1 {} {} {}", word(), deep::lower::of_deep(), deep::beside())
}
