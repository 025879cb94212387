fn main() {
    for i in 1..4 {
        println!("L{}", i);
    }
    std::fs::read("gate").unwrap();
    println!("L4");
    std::process::exit(7);
}
