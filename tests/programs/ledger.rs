//! Eight threads move amounts between the accounts of one ledger, and a generation decides how much a move is: `TERM`.
//!
//! A move is two hot functions, and between them the ledger is open to all threads. What one takes the other must give, so both
//! have to be of one generation, and so has all that they call. Now and then all threads stand still: then nothing is on its
//! way, and the ledger's digest, made of every single move, must be what the accounts say. `checks` counts that, `wrong` what was
//! not so.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};
use std::thread;

use hot_runtime::{Consistency, generation, hot, set_consistency};

const TERM: u64 = 1;

const THREADS: usize = 8;

/// Moves of a thread from one standstill to the next.
const ROUNDS: u64 = 200;

#[derive(Default)]
struct Ledger {
    accounts: [u64; THREADS],
    taken: u64,
    given: u64,
}

static LEDGER: Mutex<Ledger> = Mutex::new(Ledger { accounts: [0; THREADS], taken: 0, given: 0 });
static CHECKS: AtomicU64 = AtomicU64::new(0);
static WRONG: AtomicU64 = AtomicU64::new(0);
static MOVES: AtomicU64 = AtomicU64::new(0);

fn ledger<T>(with: impl FnOnce(&mut Ledger) -> T) -> T {
    with(&mut LEDGER.lock().unwrap_or_else(PoisonError::into_inner))
}

/// So that an amount at another time is another number.
fn mixed(ticket: u64, term: u64) -> u64 {
    (ticket ^ term.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

trait Amount {
    fn of(&self) -> u64;
}

struct Term;

impl Amount for Term {
    fn of(&self) -> u64 {
        TERM
    }
}

/// Of a generic function there is a body for each instance.
#[hot]
fn scaled<T: Copy + Into<u64>>(by: T) -> u64 {
    TERM * by.into()
}

#[hot]
fn take(account: usize, ticket: u64) {
    let amount: &dyn Amount = &Term;
    ledger(|ledger| {
        ledger.accounts[account] = ledger.accounts[account].wrapping_sub(scaled(3_u8));
        ledger.taken = ledger.taken.wrapping_add(mixed(ticket, amount.of()));
    });
}

/// By way of a panic, which unwinds through it.
#[hot]
fn give(account: usize, ticket: u64) {
    ledger(|ledger| {
        ledger.accounts[account] = ledger.accounts[account].wrapping_add(scaled(3_u32));
        ledger.given = ledger.given.wrapping_add(mixed(ticket, TERM));
    });
    resume_unwind(Box::new(ticket));
}

#[hot]
fn transfer(from: usize, to: usize, ticket: u64) {
    let begun = generation();
    take(from, ticket);
    thread::yield_now();
    let thrown = catch_unwind(AssertUnwindSafe(|| give(to, ticket)));
    let is_right = thrown.is_err_and(|thrown| thrown.is::<u64>()) && generation() == begun;
    WRONG.fetch_add(u64::from(!is_right), Ordering::Relaxed);
}

fn work(thread: usize, standstill: &Barrier) {
    for ticket in 0.. {
        transfer(thread, (thread + ticket as usize) % THREADS, ticket * THREADS as u64 + thread as u64);
        MOVES.fetch_add(1, Ordering::Relaxed);
        if ticket % ROUNDS == 0 {
            if standstill.wait().is_leader() {
                let sum = ledger(|ledger| {
                    let digests = ledger.taken.wrapping_sub(ledger.given);
                    ledger.accounts.iter().fold(digests, |sum, account| sum.wrapping_add(*account))
                });
                WRONG.fetch_add(u64::from(sum != 0), Ordering::Relaxed);
                CHECKS.fetch_add(1, Ordering::Relaxed);
            }
            standstill.wait();
        }
    }
}

fn main() {
    set_consistency(Consistency::CallTree);
    let standstill = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let standstill = &standstill;
            scope.spawn(move || work(thread, standstill));
        }
        for line in std::io::stdin().lines() {
            drop(line);
            let [moves, checks, wrong] = [&MOVES, &CHECKS, &WRONG].map(|number| number.load(Ordering::Relaxed));
            println!("moves={moves} checks={checks} wrong={wrong} generation={}", generation());
        }
    });
}
