//# stdout: out: v1$
//# edit 1: s/"v1".to_owned()/match notes::parse(r#"{"a": [1, 2.5, "x\\u00e9"], "b": null}"#) {\n        Ok(value) => format!("{value} {value:?}"),\n        Err(error) => error.to_string(),\n    }/
//# patched: update
//# stdout: out: \{"a":\[1,2.5,"xé"\],"b":null\} Object
//# oracle
//# edit 2: s/, "b": null}/, "b": nul}/
//# patched: update
//# stdout: out: wanted `null` at 32$
//# oracle
//# edit 3: s/format!("{value} {value:?}")/notes::Value::Array(vec![value, notes::counted()]).to_string()/
//# edit 3: s/, "b": nul}/, "b": true}/
//# patched: update
//# stdout: out: \[\{"a":.*,1\]$
//# stdout: out: \[\{"a":.*,4\]$

use std::thread::sleep;
use std::time::Duration;

use hot_runtime::hot;

#[hot]
fn update() {
    let text = "v1".to_owned();
    println!("out: {text}");
}

fn main() {
    loop {
        update();
        sleep(Duration::from_millis(20));
    }
}
