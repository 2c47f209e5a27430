//! The WebAssembly modules of the package.

/// One module: the crate built with one set of features.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its name, its cargo feature, its profile in Cargo.toml and its folder under `dist/wasm/`.
    pub name: &'static str,
    /// Does wasm-bindgen make its bindings? Else it is the compiled module alone.
    pub has_bindings: bool,
    /// What wasm-opt does: `-Oz` is for size, `-O3` for speed.
    pub optimise: &'static [&'static str],
    /// What rustc is told besides.
    pub compiler_flags: &'static [&'static str],
}

/// All modules, in the order in which they are built.
pub const MODULES: &[Module] = &[
    // The edge module counts bytes: it is downloaded by every worker that starts.
    Module {
        name: "edge",
        has_bindings: false,
        // Sums become part of loads, as nothing but the last of the stack lies below 1024; a second
        // round finds what the first one left; and hints about alignment, which engines pass over,
        // are all made alike: together a hundredth of the file. Tried besides: limits to what is
        // inlined at its only call (400 saves 80 bytes, and checks are a twentieth slower), and
        // passes for locals and constants (no better).
        optimise: &[
            "--low-memory-unused",
            "-Oz",
            "--optimize-added-constants-propagate",
            "-Oz",
            "--dealign",
        ],
        // Only what is called once or is marked is inlined: a tenth of the file, and the kernels
        // are marked. Tried besides: 5, 10 and 40 (no better), and `opt-level` "s" and "z" (larger
        // by a twentieth). Without new variables for what a loop counts along, and without values kept
        // for a later branch, it is a sixtieth smaller and as quick, within two hundredths.
        compiler_flags: &[
            "-Cllvm-args=-inline-threshold=25",
            "-Cllvm-args=-disable-lsr",
            "-Cllvm-args=-enable-load-pre=false",
        ],
    },
    Module {
        name: "known",
        has_bindings: true,
        optimise: &["-O3"],
        // As the edge module, by an eighth smaller; building and storing take as long. Tried besides:
        // 60 (larger by a fortieth), and wasm-opt -Oz (no smaller, and a tenth slower).
        compiler_flags: &["-Cllvm-args=-inline-threshold=25"],
    },
    Module {
        name: "regex",
        has_bindings: false,
        optimise: &["-O3"],
        // As the known module, by a thirteenth smaller. Tried besides: -Oz (no smaller).
        compiler_flags: &["-Cllvm-args=-inline-threshold=25"],
    },
    Module {
        name: "vendors",
        has_bindings: false,
        // As the edge module: it counts bytes too.
        optimise: &[
            "--low-memory-unused",
            "-Oz",
            "--optimize-added-constants-propagate",
            "-Oz",
            "--dealign",
        ],
        compiler_flags: &[
            "-Cllvm-args=-inline-threshold=25",
            "-Cllvm-args=-disable-lsr",
            "-Cllvm-args=-enable-load-pre=false",
        ],
    },
    Module {
        name: "full",
        has_bindings: true,
        // Those of the edge module that make a file smaller for nothing; -Oz is no smaller.
        optimise: &[
            "-O3",
            "--low-memory-unused",
            "--optimize-added-constants-propagate",
            "--dealign",
        ],
        // As the edge module, by a tenth smaller, and loops are not unrolled, by a hundredth. What loads profiles is
        // marked; they load some 4 to 12 % slower all the same, in turn in one process. Tried besides: `-inlinehint-threshold=100` (by a sixtieth smaller, but a slider and
        // what explains are a fifth slower), wasm-opt --merge-similar-functions (no smaller), `opt-level` "s" (no
        // kernel is vectorised).
        compiler_flags: &[
            "-Cllvm-args=-inline-threshold=25",
            "-Cllvm-args=-disable-lsr",
            "-Cllvm-args=-enable-load-pre=false",
            "-Cllvm-args=-unroll-runtime=false",
            "-Cllvm-args=-unroll-allow-partial=false",
        ],
    },
];

impl Module {
    /// The stem of the module's files.
    pub fn stem(&self) -> String {
        format!("kohort_{}", self.name)
    }
}
