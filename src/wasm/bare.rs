//! What the edge, known, regex and vendors modules bring along because they go without the standard
//! library: an allocator each, and what a panic does.

use core::panic::PanicInfo;

#[cfg(any(feature = "edge", feature = "vendors"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[cfg(any(feature = "known", feature = "regex"))]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

// WHY: formatting a message would pull in core's formatting code; the core is written so that it
// cannot panic, and a trap is visible to the host as `RuntimeError: unreachable`.
#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
