//! What a process leaves for the next one, in bytes.

use super::Tree;
use super::claim::Origin;
use super::sketch::{Part, Sketch};
use super::snapshot::{Kept, Snapshot};
use crate::wire::{Fields, Malformed, PROTOCOL, Rest};
use serde_content::{Data, Enum, Number, Struct};
use std::borrow::Cow;

impl Snapshot {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut fields = Fields::default();
        fields.u32(PROTOCOL);
        let sketches: Vec<_> = self.sketches.iter().collect();
        fields.list(&sketches, |fields, (name, sketch)| {
            fields.text(name);
            fields.sketch(sketch);
        });
        fields.list(&self.values, |fields, kept| {
            fields.text(&kept.name).origin(&kept.origin);
            fields.tree(&kept.tree);
        });
        fields.finish()
    }

    /// # Errors
    /// The bytes are short, long, or written by another version.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut rest = Rest::of(bytes);
        if rest.u32()? != PROTOCOL {
            return Err(Malformed::Tag(0));
        }
        let sketches = rest.list(|rest| Ok((rest.utf8()?, rest.sketch()?)))?;
        let values = rest.list(|rest| {
            let (name, origin) = (rest.utf8()?, rest.origin()?);
            Ok(Kept { name, origin, tree: rest.tree(DEEPEST)? })
        })?;
        rest.end(Self { sketches: sketches.into_iter().collect(), values })
    }
}

/// Values inside values, more than a thread has room for to read them.
const DEEPEST: u32 = 2000;

/// Equal values are equal bytes, but for floats.
pub(super) fn encoded(tree: &Tree) -> Vec<u8> {
    let mut fields = Fields::default();
    fields.tree(tree);
    fields.finish()
}

impl Fields {
    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    fn origin(&mut self, origin: &Origin) -> &mut Self {
        let Origin { maker, file, line, column, nth } = origin;
        self.text(maker).text(file).u32(*line).u32(*column).u32(*nth)
    }

    fn sketch(&mut self, sketch: &Sketch) {
        match sketch {
            Sketch::Opaque => self.tag(0),
            Sketch::Number => self.tag(1),
            Sketch::Struct(parts) => self.tag(2).parts(parts),
            Sketch::Enum(variants) => self.tag(3).list(variants, |fields, (name, parts)| {
                fields.text(name).parts(parts);
            }),
            Sketch::Holder(parts) => self.tag(4).list(parts, |fields, part| {
                fields.text(part);
            }),
        };
    }

    fn parts(&mut self, parts: &[Part]) -> &mut Self {
        self.list(parts, |fields, part| {
            fields.text(&part.name).text(&part.of);
        })
    }

    fn tree(&mut self, tree: &Tree) {
        match tree {
            Tree::Unit => self.tag(0),
            Tree::Bool(value) => self.tag(1).flag(*value),
            Tree::Number(number) => self.tag(2).number(*number),
            Tree::Char(value) => self.tag(3).u32(u32::from(*value)),
            Tree::String(text) => self.tag(4).text(text),
            Tree::Bytes(bytes) => self.tag(5).bytes(bytes),
            Tree::Seq(values) => self.tag(6).list(values, Self::tree),
            Tree::Tuple(values) => self.tag(7).list(values, Self::tree),
            Tree::Map(entries) => self.tag(8).list(entries, |fields, (key, value)| {
                fields.tree(key);
                fields.tree(value);
            }),
            Tree::Option(None) => self.tag(9),
            Tree::Option(Some(value)) => {
                self.tag(10).tree(value);
                self
            }
            Tree::Struct(found) => self.tag(11).text(&found.name).data(&found.data),
            Tree::Enum(found) => {
                self.tag(12).text(&found.name).u32(found.variant_index).text(&found.variant).data(&found.data)
            }
        };
    }

    fn data(&mut self, data: &Data<'static>) -> &mut Self {
        match data {
            Data::Unit => self.tag(0),
            Data::NewType { value } => {
                self.tag(1).tree(value);
                self
            }
            Data::Tuple { values } => self.tag(2).list(values, Self::tree),
            Data::Struct { fields } => self.tag(3).list(fields, |out, (name, value)| {
                out.text(name).tree(value);
            }),
        }
    }

    fn number(&mut self, number: Number) -> &mut Self {
        match number {
            Number::I8(value) => self.tag(0).raw(&value.to_le_bytes()),
            Number::U8(value) => self.tag(1).raw(&value.to_le_bytes()),
            Number::I16(value) => self.tag(2).raw(&value.to_le_bytes()),
            Number::U16(value) => self.tag(3).raw(&value.to_le_bytes()),
            Number::I32(value) => self.tag(4).raw(&value.to_le_bytes()),
            Number::U32(value) => self.tag(5).raw(&value.to_le_bytes()),
            Number::F32(value) => self.tag(6).raw(&value.to_le_bytes()),
            Number::I64(value) => self.tag(7).raw(&value.to_le_bytes()),
            Number::U64(value) => self.tag(8).raw(&value.to_le_bytes()),
            Number::F64(value) => self.tag(9).raw(&value.to_le_bytes()),
            Number::I128(value) => self.tag(10).raw(&value.to_le_bytes()),
            Number::U128(value) => self.tag(11).raw(&value.to_le_bytes()),
            // The library has no more; what it may come to have, no reader knows.
            _ => self.tag(u8::MAX),
        }
    }
}

impl Rest<'_> {
    fn origin(&mut self) -> Result<Origin, Malformed> {
        let (maker, file) = (self.utf8()?, self.utf8()?);
        Ok(Origin { maker, file, line: self.u32()?, column: self.u32()?, nth: self.u32()? })
    }

    fn sketch(&mut self) -> Result<Sketch, Malformed> {
        Ok(match self.tag()? {
            0 => Sketch::Opaque,
            1 => Sketch::Number,
            2 => Sketch::Struct(self.parts()?),
            3 => Sketch::Enum(self.list(|rest| Ok((rest.utf8()?, rest.parts()?)))?),
            4 => Sketch::Holder(self.list(Self::utf8)?),
            tag => return Err(Malformed::Tag(tag)),
        })
    }

    fn parts(&mut self) -> Result<Vec<Part>, Malformed> {
        self.list(|rest| Ok(Part { name: rest.utf8()?, of: rest.utf8()? }))
    }

    fn name(&mut self) -> Result<Cow<'static, str>, Malformed> {
        self.utf8().map(Cow::Owned)
    }

    fn tree(&mut self, deepest: u32) -> Result<Tree, Malformed> {
        let deepest = deepest.checked_sub(1).ok_or(Malformed::TooLong)?;
        Ok(match self.tag()? {
            0 => Tree::Unit,
            1 => Tree::Bool(self.flag()?),
            2 => Tree::Number(self.number()?),
            3 => Tree::Char(char::from_u32(self.u32()?).ok_or(Malformed::Utf8)?),
            4 => Tree::String(self.name()?),
            5 => Tree::Bytes(Cow::Owned(self.bytes()?.to_vec())),
            6 => Tree::Seq(self.list(|rest| rest.tree(deepest))?),
            7 => Tree::Tuple(self.list(|rest| rest.tree(deepest))?),
            8 => Tree::Map(self.list(|rest| Ok((rest.tree(deepest)?, rest.tree(deepest)?)))?),
            9 => Tree::Option(None),
            10 => Tree::Option(Some(Box::new(self.tree(deepest)?))),
            11 => Tree::Struct(Box::new(Struct { name: self.name()?, data: self.data(deepest)? })),
            12 => {
                let (name, variant_index, variant) = (self.name()?, self.u32()?, self.name()?);
                Tree::Enum(Box::new(Enum { name, variant_index, variant, data: self.data(deepest)? }))
            }
            tag => return Err(Malformed::Tag(tag)),
        })
    }

    fn data(&mut self, deepest: u32) -> Result<Data<'static>, Malformed> {
        Ok(match self.tag()? {
            0 => Data::Unit,
            1 => Data::NewType { value: self.tree(deepest)? },
            2 => Data::Tuple { values: self.list(|rest| rest.tree(deepest))? },
            3 => Data::Struct { fields: self.list(|rest| Ok((rest.name()?, rest.tree(deepest)?)))? },
            tag => return Err(Malformed::Tag(tag)),
        })
    }

    fn number(&mut self) -> Result<Number, Malformed> {
        Ok(match self.tag()? {
            0 => Number::I8(i8::from_le_bytes(self.array()?)),
            1 => Number::U8(u8::from_le_bytes(self.array()?)),
            2 => Number::I16(i16::from_le_bytes(self.array()?)),
            3 => Number::U16(u16::from_le_bytes(self.array()?)),
            4 => Number::I32(i32::from_le_bytes(self.array()?)),
            5 => Number::U32(u32::from_le_bytes(self.array()?)),
            6 => Number::F32(f32::from_le_bytes(self.array()?)),
            7 => Number::I64(i64::from_le_bytes(self.array()?)),
            8 => Number::U64(u64::from_le_bytes(self.array()?)),
            9 => Number::F64(f64::from_le_bytes(self.array()?)),
            10 => Number::I128(i128::from_le_bytes(self.array()?)),
            11 => Number::U128(u128::from_le_bytes(self.array()?)),
            tag => return Err(Malformed::Tag(tag)),
        })
    }
}
