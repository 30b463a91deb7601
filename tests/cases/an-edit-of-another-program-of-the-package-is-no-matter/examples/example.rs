fn main() {
    println!("example 1");
}
