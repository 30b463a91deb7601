use std::any::TypeId;
use std::collections::HashMap;

#[derive(Default)]
pub struct Store {
    values: HashMap<TypeId, *mut u8>,
}

impl Store {
    pub fn put<T: 'static>(&mut self, value: T) {
        self.values.entry(const { TypeId::of::<T>() }).or_insert_with(|| Box::into_raw(Box::new(value)).cast());
    }
    pub fn get<T: 'static>(&mut self) -> Option<&mut T> {
        let value = *self.values.get(&const { TypeId::of::<T>() })?;
        // SAFETY: it was put there as a `T`, or so the type's identity says.
        Some(unsafe { &mut *value.cast::<T>() })
    }
    pub fn get_or<T: 'static>(&mut self, make: impl FnOnce() -> T) -> &mut T {
        let value = self.values.entry(const { TypeId::of::<T>() }).or_insert_with(|| Box::into_raw(Box::new(make())).cast());
        // SAFETY: it was put there as a `T`, or so the type's identity says.
        unsafe { &mut *value.cast::<T>() }
    }
}
