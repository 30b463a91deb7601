fn main() {
    println!("other 1");
}
