//! The WebAssembly modules of the package.

/// One module: the crate built with one set of features.
#[derive(Clone, Copy, Debug)]
pub struct Module {
    /// Its name, its cargo feature, its profile in Cargo.toml and its folder under `dist/wasm/`.
    pub name: &'static str,
    /// What wasm-opt optimises for: `-Oz` for size, `-O3` for speed.
    pub optimise_for: &'static str,
}

/// All modules, in the order in which they are built.
pub const MODULES: &[Module] = &[
    // The edge module counts bytes: it is downloaded by every worker that starts.
    Module {
        name: "edge",
        optimise_for: "-Oz",
    },
    Module {
        name: "full",
        optimise_for: "-O3",
    },
];

impl Module {
    /// The stem of the module's files.
    pub fn stem(&self) -> String {
        format!("kohort_{}", self.name)
    }
}
