//# run: --bin one
//# stdout: hits=(?<more>\d+) out: one shared v1$
//# edit 1 src/shared.rs: s/v1/v2/
//# patched: shared::name
//# stdout: hits=(?<more>\d+) out: one shared v2$
//# edit 2 src/bin/two.rs: s/two/zwei/
//# no-event: 400ms
//# edit 3 src/bin/one.rs: s/out: one/out: eins/
//# patched: update@src/bin/one.rs
//# stdout: hits=(?<more>\d+) out: eins shared v2$
//# oracle


fn main() {}
