//! Counting tests in what test programs print.

/// Tests that passed and that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
}

impl Tally {
    /// Adds up what cargo's and Node's test runners say; a step without such lines is one test.
    pub fn of(output: &str, ended_well: bool) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            let line = line.trim();
            if let Some(counts) = line.strip_prefix("test result: ") {
                tally.passed += number_before(counts, " passed");
                tally.failed += number_before(counts, " failed");
            } else if let Some(counts) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# "))
            {
                tally.passed += number_after(counts, "pass ");
                tally.failed += number_after(counts, "fail ");
            }
        }
        match (ended_well, tally) {
            (true, Self { passed: 0, .. }) => tally.passed = 1,
            (false, Self { failed: 0, .. }) => tally.failed = 1,
            _ => {}
        }
        tally
    }
}

fn number_before(text: &str, word: &str) -> usize {
    text.split_once(word)
        .and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok())
        .unwrap_or(0)
}

fn number_after(text: &str, word: &str) -> usize {
    text.strip_prefix(word)
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_cargo_add_up_over_programs() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored\n";
        assert_eq!(
            Tally::of(output, false),
            Tally {
                passed: 15,
                failed: 2
            }
        );
    }

    #[test]
    fn tests_of_node_are_counted_in_both_of_its_formats() {
        assert_eq!(
            Tally::of("ℹ tests 4\nℹ pass 3\nℹ fail 1\n", false),
            Tally {
                passed: 3,
                failed: 1
            }
        );
        assert_eq!(
            Tally::of("# pass 7\n# fail 0\n", true),
            Tally {
                passed: 7,
                failed: 0
            }
        );
    }

    #[test]
    fn a_step_without_counts_is_one_test() {
        assert_eq!(
            Tally::of("fine\n", true),
            Tally {
                passed: 1,
                failed: 0
            }
        );
        assert_eq!(
            Tally::of("error: does not compile\n", false),
            Tally {
                passed: 0,
                failed: 1
            }
        );
    }

    #[test]
    fn a_step_that_ends_badly_after_its_tests_has_failed() {
        assert_eq!(
            Tally::of("test result: ok. 5 passed; 0 failed\n", false),
            Tally {
                passed: 5,
                failed: 1
            }
        );
    }
}
