//! Values by their types, as game engines keep them.

use std::any::TypeId;
use std::collections::HashMap;

#[derive(Default)]
pub struct Store {
    values: HashMap<TypeId, *mut u8>,
}

impl Store {
    pub fn get_or_insert_with<T: 'static>(&mut self, make: impl FnOnce() -> T) -> &mut T {
        let value = self.values.entry(TypeId::of::<T>()).or_insert_with(|| Box::into_raw(Box::new(make())).cast());
        // SAFETY: it was put there as a `T`, or so the type's identity says.
        unsafe { &mut *value.cast::<T>() }
    }
}
