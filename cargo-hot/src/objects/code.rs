//! Reads machine code as what it does, whichever form the compiler gave it.
//!
//! A function that the user left alone is compiled anew when the compiler puts its callees elsewhere: a call that was
//! direct goes through the global offset table then, and everything behind it moves by a byte. So instructions are
//! counted rather than measured, padding is passed over, and both forms of a call are one [`Operation`].

use crate::objects::object::Reference;
use iced_x86::{Code, Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, OpKind, Register};
use object::elf::{
    R_X86_64_GOTPCREL, R_X86_64_GOTPCRELX, R_X86_64_PC32, R_X86_64_PLT32, R_X86_64_REX_GOTPCRELX, RelocationType,
};

/// One instruction, and the reference in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'code> {
    pub(crate) operation: Operation<'code>,
    pub(crate) reference: Option<&'code Reference>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation<'code> {
    /// A call of, or a jump to, what the reference names.
    Go(FlowKind),
    /// The address of what the reference names goes into a register.
    Address(Register),
    /// To an instruction of the function itself, by its number.
    Branch(Mnemonic, usize),
    /// The bytes before the reference's field, and those behind it.
    Other(&'code [u8], &'code [u8]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FlowKind {
    Call,
    Jump,
}

/// Where the instructions of a function begin, padding left out.
#[derive(Debug)]
pub(crate) struct Instructions<'code> {
    code: &'code [u8],
    decoded: Vec<Instruction>,
}

impl<'code> Instructions<'code> {
    pub(crate) fn of(code: &'code [u8]) -> Self {
        let decoder = Decoder::new(64, code, DecoderOptions::NONE);
        let is_padding = |found: &Instruction| matches!(found.mnemonic(), Mnemonic::Nop | Mnemonic::Int3);
        Self { code, decoded: decoder.into_iter().filter(|found| !is_padding(found)).collect() }
    }

    /// The number of the instruction at an offset, or of the first behind it.
    pub(crate) fn number_at(&self, offset: u64) -> usize {
        self.decoded.partition_point(|instruction| instruction.ip() < offset)
    }

    /// What the instructions do, in order; `references` are in the order of their offsets.
    pub(crate) fn steps(&self, references: &'code [Reference]) -> impl Iterator<Item = Step<'code>> {
        let mut rest = references;
        self.decoded.iter().map(move |instruction| {
            let before = rest.iter().take_while(|reference| reference.offset < instruction.ip()).count();
            rest = &rest[before..];
            let reference = rest.first().filter(|reference| reference.offset < instruction.next_ip());
            Step { operation: self.operation(instruction, reference), reference }
        })
    }

    fn operation(&self, instruction: &Instruction, reference: Option<&Reference>) -> Operation<'code> {
        let bytes = |from: u64, to: u64| {
            let index = |offset| usize::try_from(offset).unwrap_or(usize::MAX);
            self.code.get(index(from)..index(to)).unwrap_or_default()
        };
        let (start, end) = (instruction.ip(), instruction.next_ip());
        let Some(reference) = reference else {
            return match instruction.op0_kind() {
                OpKind::NearBranch64 => {
                    Operation::Branch(instruction.mnemonic(), self.number_at(instruction.near_branch64()))
                }
                _ => Operation::Other(bytes(start, end), &[]),
            };
        };
        let is_table = is_of_table(reference.kind);
        match (instruction.flow_control(), instruction.code()) {
            (FlowControl::Call, _) if !is_table => Operation::Go(FlowKind::Call),
            (FlowControl::UnconditionalBranch, _) if !is_table => Operation::Go(FlowKind::Jump),
            (FlowControl::IndirectCall, _) if is_table => Operation::Go(FlowKind::Call),
            (FlowControl::IndirectBranch, _) if is_table => Operation::Go(FlowKind::Jump),
            (_, Code::Mov_r64_rm64) if is_table => Operation::Address(instruction.op0_register()),
            (_, Code::Lea_r64_m) if is_distance(reference.kind) => Operation::Address(instruction.op0_register()),
            _ => Operation::Other(bytes(start, reference.offset), bytes(reference.offset + 4, end)),
        }
    }
}

fn is_of_table(kind: RelocationType) -> bool {
    matches!(kind, R_X86_64_GOTPCREL | R_X86_64_GOTPCRELX | R_X86_64_REX_GOTPCRELX)
}

fn is_distance(kind: RelocationType) -> bool {
    matches!(kind, R_X86_64_PC32 | R_X86_64_PLT32)
}

/// A range of calls in a function, and where their panics land: one line of a table of landing pads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallSite {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// Zero for "nowhere".
    pub(crate) pad: u64,
    pub(crate) action: u64,
}

/// The lines of a table of landing pads in the form that LLVM writes (Itanium C++ ABI, "LSDA"), and what follows them;
/// `None` for another form.
pub(crate) fn call_sites(table: &[u8]) -> Option<(Vec<CallSite>, &[u8])> {
    const OMITTED: u8 = 0xff;
    const ULEB128: u8 = 0x01;
    let (&OMITTED, rest) = table.split_first()? else { return None };
    let (encoding, mut rest) = rest.split_first()?;
    if *encoding != OMITTED {
        number(&mut rest)?;
    }
    let (&ULEB128, mut rest) = rest.split_first()? else { return None };
    let length = usize::try_from(number(&mut rest)?).ok()?;
    let (mut lines, behind) = rest.split_at_checked(length)?;
    let mut sites = Vec::new();
    while !lines.is_empty() {
        let (start, length) = (number(&mut lines)?, number(&mut lines)?);
        let (pad, action) = (number(&mut lines)?, number(&mut lines)?);
        sites.push(CallSite { start, end: start.checked_add(length)?, pad, action });
    }
    Some((sites, behind))
}

/// Takes an unsigned LEB128 number off the front.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::object::Target;
    use object::elf::R_X86_64_TPOFF32;

    fn operations(code: &[u8], references: &[(u64, RelocationType)]) -> Vec<String> {
        let reference = |(offset, kind): &(u64, _)| Reference {
            offset: *offset,
            kind: *kind,
            addend: -4,
            target: Target::Nothing,
            by_section: false,
        };
        let references: Vec<Reference> = references.iter().map(reference).collect();
        let steps = Instructions::of(code);
        steps.steps(&references).map(|step| format!("{:?} {}", step.operation, step.reference.is_some())).collect()
    }

    #[track_caller]
    fn check(one: (&[u8], &[(u64, RelocationType)]), other: (&[u8], &[(u64, RelocationType)]), same: bool) {
        assert_eq!(operations(one.0, one.1) == operations(other.0, other.1), same);
    }

    #[test]
    fn the_way_of_a_call_is_no_matter() {
        let direct: &[u8] = &[0xeb, 0x05, 0xe8, 0, 0, 0, 0, 0xc3]; // jmp +5; call f; ret
        let through_table: &[u8] = &[0xeb, 0x06, 0xff, 0x15, 0, 0, 0, 0, 0x90, 0xc3]; // jmp +6; call *f; nop; ret
        check((direct, &[(3, R_X86_64_PLT32)]), (through_table, &[(4, R_X86_64_GOTPCRELX)]), true);
        let elsewhere: &[u8] = &[0xeb, 0x00, 0xff, 0x15, 0, 0, 0, 0, 0xc3];
        check((direct, &[(3, R_X86_64_PLT32)]), (elsewhere, &[(4, R_X86_64_GOTPCREL)]), false);
        let jump: &[u8] = &[0xeb, 0x05, 0xe9, 0, 0, 0, 0, 0xc3];
        check((direct, &[(3, R_X86_64_PLT32)]), (jump, &[(3, R_X86_64_PLT32)]), false);
    }

    #[test]
    fn the_way_of_an_address_is_no_matter() {
        let lea: &[u8] = &[0x48, 0x8d, 0x05, 0, 0, 0, 0];
        let mov: &[u8] = &[0x48, 0x8b, 0x05, 0, 0, 0, 0];
        let other_register: &[u8] = &[0x48, 0x8b, 0x0d, 0, 0, 0, 0];
        check((lea, &[(3, R_X86_64_PC32)]), (mov, &[(3, R_X86_64_REX_GOTPCRELX)]), true);
        check((lea, &[(3, R_X86_64_PC32)]), (other_register, &[(3, R_X86_64_REX_GOTPCRELX)]), false);
        // Without the table, `mov` reads what is there.
        check((lea, &[(3, R_X86_64_PC32)]), (mov, &[(3, R_X86_64_PC32)]), false);
    }

    #[test]
    fn everything_else_counts_byte_by_byte() {
        let one: &[u8] = &[0xb8, 1, 0, 0, 0]; // mov $1, %eax
        check((one, &[]), (&[0xb8, 2, 0, 0, 0], &[]), false);
        let local: &[u8] = &[0x64, 0xc7, 0x04, 0x25, 0, 0, 0, 0, 7, 0, 0, 0]; // movl $7, %fs:local
        let another: &[u8] = &[0x64, 0xc7, 0x04, 0x25, 0, 0, 0, 0, 8, 0, 0, 0];
        check((local, &[(4, R_X86_64_TPOFF32)]), (another, &[(4, R_X86_64_TPOFF32)]), false);
        // A short branch and a long one to the same instruction.
        check((&[0x74, 0x00, 0xc3], &[]), (&[0x0f, 0x84, 0, 0, 0, 0, 0xc3], &[]), true);
        check((&[0x74, 0x00, 0xc3], &[]), (&[0x75, 0x00, 0xc3], &[]), false);
    }

    #[test]
    fn a_table_of_landing_pads_is_read_line_by_line() {
        let table = [0xff, 0xff, 0x01, 5, 0x84, 0x01, 7, 9, 0, 0xaa];
        let site = CallSite { start: 0x84, end: 0x8b, pad: 9, action: 0 };
        assert_eq!(call_sites(&table), Some((vec![site], &[0xaa_u8][..])));
        assert_eq!(call_sites(&[0x00, 0xff, 0x01, 0]), None);
        let endless = [&[0xff, 0xff, 0x01, 13, 5][..], &[0xff; 9], &[0x01, 0, 0]].concat();
        assert_eq!(call_sites(&endless), None, "a call beyond all addresses");
    }
}
