mod inner;

pub fn linked() -> u32 {
    1 + inner::more()
}
