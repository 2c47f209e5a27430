//! What the edge module brings along because it goes without the standard library.

use core::panic::PanicInfo;

#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

// WHY: formatting a message would pull in core's formatting code; the core is written so that it
// cannot panic, and a trap is visible to the host as `RuntimeError: unreachable`.
#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
