//# stdout: hits=(?<more>\d+) out: v1$
//# edit 1 src/start.rs: s/v1/v2/
//# patched: start::update
//# stdout: hits=(?<more>\d+) out: v2$
//# edit 3 src/start.rs: s/v2/v3/
//# patched: start::update
//# stdout: hits=(?<more>\d+) out: v3$
//# oracle


mod start;

use start::main;
