//! A workspace into which one text after the other is loaded, and what came of the last.
#![allow(dead_code, clippy::unwrap_used, reason = "tests")]

use kohort::hash::Seed;
use kohort::payload::braze::profiles::Loaded;
use kohort::problem::Problems;
use kohort::workspace::Workspace;
use serde_json::{Value, json};

pub struct Loading {
    pub workspace: Workspace,
    pub loaded: Loaded,
    pub problems: Problems,
}

impl Loading {
    pub fn new() -> Loading {
        Loading {
            workspace: Workspace::new(Seed::new(1)),
            loaded: Loaded::default(),
            problems: Problems::new(100),
        }
    }

    pub fn load(self, text: &str) -> Loading {
        self.load_in(text, usize::MAX)
    }

    /// Loads a text in pieces of this size.
    pub fn load_in(mut self, text: &str, size: usize) -> Loading {
        self.workspace.begin_load(100).unwrap();
        for piece in text.as_bytes().chunks(size) {
            self.workspace.push(piece);
        }
        (self.loaded, self.problems) = self.workspace.finish_load().unwrap();
        self
    }

    /// Loads one object of attributes for the user `a`, who is known.
    pub fn set(self, attributes: &Value) -> Loading {
        let mut object = attributes.clone();
        object["external_id"] = json!("a");
        self.load(&json!({"attributes": [object]}).to_string())
    }

    /// The numbers of the last load.
    pub fn counts(&self) -> [u64; 4] {
        let Loaded {
            loaded,
            updated,
            rejected,
            covered,
        } = self.loaded;
        [loaded, updated, rejected, covered]
    }

    /// Code, line and place of each problem and warning of the last load.
    pub fn found(&self) -> Vec<String> {
        let all = self
            .problems
            .errors()
            .iter()
            .chain(self.problems.warnings());
        all.map(|one| {
            format!(
                "{} {}{}",
                one.code.row().code,
                one.line,
                self.problems.path(one)
            )
        })
        .collect()
    }

    pub fn profile(&self) -> Value {
        self.profile_of(0)
    }

    pub fn profile_of(&self, user: u32) -> Value {
        let mut out = Vec::new();
        self.workspace.write_profile(user, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    pub fn custom(&self) -> Value {
        self.profile()["custom_attributes"].clone()
    }
}

/// A user `a` with these custom attributes.
pub fn known(custom: &Value) -> Loading {
    let profile = json!({"external_id": "a", "custom_attributes": custom});
    Loading::new().load(&profile.to_string())
}
