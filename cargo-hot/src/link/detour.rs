//! Lets an instruction that touches a static directly reach it however far away it is.
//!
//! Code that was compiled without our flags, the standard library's above all, addresses statics by a distance of 32
//! bits. Taking an address is a matter of one opcode (see [`crate::link::weaver`]); any other instruction is replaced by
//! a jump to a stub, which loads the address into a register the instruction does not use, does the same through it,
//! and jumps back. The stub changes no flags, and leaves alone the 128 bytes below the stack pointer that belong to the
//! function (System V ABI, "red zone").

use iced_x86::{Code, Decoder, DecoderOptions, Encoder, FlowControl, Instruction, InstructionInfoFactory, Register};

/// How one instruction is replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detour {
    /// The instruction's bytes in its section: a jump to the stub goes there, and padding.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) stub: Vec<u8>,
    /// Where in the stub the 4-byte distance to the word with the static's address goes.
    pub(crate) cell_at: usize,
    /// Where in the stub the 4-byte distance back to the instruction's end goes: at its end.
    pub(crate) back_at: usize,
}

/// The jump that takes the instruction's place.
pub(crate) const JUMP: [u8; 5] = [0xe9, 0, 0, 0, 0];

const SKIP_RED_ZONE: [u8; 5] = [0x48, 0x8d, 0x64, 0x24, 0x80]; // lea -128(%rsp), %rsp
const RESTORE_RED_ZONE: [u8; 8] = [0x48, 0x8d, 0xa4, 0x24, 0x80, 0, 0, 0]; // lea 128(%rsp), %rsp

/// For the instruction whose distance field is at `field`; `None` if it cannot be replaced.
pub(crate) fn detour(code: &[u8], field: usize) -> Option<Detour> {
    let (instruction, start) = instruction_at(code, field)?;
    let end = start + instruction.len();
    let is_plain = instruction.flow_control() == FlowControl::Next && instruction.is_ip_rel_memory_operand();
    if !is_plain || instruction.len() < JUMP.len() {
        return None;
    }
    let scratch = unused_register(&instruction)?;
    let mut through = instruction;
    through.set_memory_base(scratch);
    through.set_memory_displacement64(0);
    through.set_memory_displ_size(0);
    let mut stub = Stub(SKIP_RED_ZONE.to_vec());
    stub.encode(&Instruction::with1(Code::Push_r64, scratch).ok()?)?;
    let cell_at = stub.load(scratch);
    stub.encode(&through)?;
    stub.encode(&Instruction::with1(Code::Pop_r64, scratch).ok()?)?;
    stub.0.extend_from_slice(&RESTORE_RED_ZONE);
    stub.0.extend_from_slice(&JUMP);
    let back_at = stub.0.len() - 4;
    Some(Detour { start, end, stub: stub.0, cell_at, back_at })
}

/// Instructions have no marks: they are read from the function's start.
fn instruction_at(code: &[u8], field: usize) -> Option<(Instruction, usize)> {
    let mut decoder = Decoder::new(64, code, DecoderOptions::NONE);
    while decoder.can_decode() {
        let start = decoder.position();
        let instruction = decoder.decode();
        if (start..decoder.position()).contains(&field) {
            return (!instruction.is_invalid()).then_some((instruction, start));
        }
    }
    None
}

/// The stub moves the stack pointer, so an instruction that uses that is left alone.
fn unused_register(instruction: &Instruction) -> Option<Register> {
    const CHOICE: [Register; 4] = [Register::RAX, Register::RCX, Register::RDX, Register::RSI];
    let mut factory = InstructionInfoFactory::new();
    let used: Vec<Register> =
        factory.info(instruction).used_registers().iter().map(|used| used.register().full_register()).collect();
    if used.contains(&Register::RSP) {
        return None;
    }
    CHOICE.into_iter().find(|register| !used.contains(register))
}

struct Stub(Vec<u8>);

impl Stub {
    fn encode(&mut self, instruction: &Instruction) -> Option<()> {
        let mut encoder = Encoder::new(64);
        encoder.encode(instruction, self.0.len() as u64).ok()?;
        self.0.extend(encoder.take_buffer());
        Some(())
    }

    /// `mov cell(%rip), register`, for one of the first eight registers; gives back where the distance goes.
    fn load(&mut self, register: Register) -> usize {
        let number = u8::try_from(register.number()).unwrap_or(0);
        self.0.extend_from_slice(&[0x48, 0x8b, 0x05 | number << 3, 0, 0, 0, 0]);
        self.0.len() - 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iced_x86::Mnemonic;

    fn mnemonics(code: &[u8]) -> Vec<Mnemonic> {
        Decoder::new(64, code, DecoderOptions::NONE).iter().map(|instruction| instruction.mnemonic()).collect()
    }

    fn check(code: &[u8], field: usize, range: (usize, usize), operation: &[u8]) {
        let detour = detour(code, field).unwrap();
        assert_eq!((detour.start, detour.end), range);
        let stub = &detour.stub;
        let middle = &stub[detour.cell_at + 4..stub.len() - RESTORE_RED_ZONE.len() - JUMP.len() - 1];
        assert_eq!(middle, operation, "{middle:x?}");
        use Mnemonic::{Jmp, Lea, Mov, Pop, Push};
        let all = mnemonics(stub);
        assert_eq!(all[..3], [Lea, Push, Mov]);
        assert_eq!(all[all.len() - 3..], [Pop, Lea, Jmp]);
    }

    #[test]
    fn an_instruction_does_the_same_through_a_register_it_does_not_use() {
        // nop; mov 0(%rip), %rcx
        check(&[0x90, 0x48, 0x8b, 0x0d, 0, 0, 0, 0], 4, (1, 8), &[0x48, 0x8b, 0x08]);
        // mov 0(%rip), %rax: through %rcx
        check(&[0x48, 0x8b, 0x05, 0, 0, 0, 0], 3, (0, 7), &[0x48, 0x8b, 0x01]);
        // lock cmpxchg %rdx, 0(%rip): uses %rax unsaid
        check(&[0xf0, 0x48, 0x0f, 0xb1, 0x15, 0, 0, 0, 0], 5, (0, 9), &[0xf0, 0x48, 0x0f, 0xb1, 0x11]);
        // movb $1, 0(%rip): the distance is not the last field
        check(&[0xc6, 0x05, 0, 0, 0, 0, 1], 2, (0, 7), &[0xc6, 0x00, 1]);
    }

    #[test]
    fn calls_jumps_and_pushes_are_left_alone() {
        assert_eq!(detour(&[0xff, 0x15, 0, 0, 0, 0], 2), None);
        assert_eq!(detour(&[0xff, 0x25, 0, 0, 0, 0], 2), None);
        assert_eq!(detour(&[0xff, 0x35, 0, 0, 0, 0], 2), None);
    }
}
