mod deeper;

pub use deeper::far;
