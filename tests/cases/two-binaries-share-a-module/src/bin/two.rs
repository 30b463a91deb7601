#[path = "../shared.rs"]
mod shared;

fn main() {
    println!("two {}", shared::name());
}
