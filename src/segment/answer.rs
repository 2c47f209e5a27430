//! True, false, or unknown: what the data cannot say.

/// An answer, as Kleene's logic has it. The order is: false, unknown, true.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Answer {
    /// No.
    False,
    /// Nobody can say.
    Unknown,
    /// Yes.
    True,
}

impl From<bool> for Answer {
    fn from(value: bool) -> Answer {
        if value { Answer::True } else { Answer::False }
    }
}

impl core::ops::Not for Answer {
    type Output = Answer;

    fn not(self) -> Answer {
        match self {
            Answer::False => Answer::True,
            Answer::Unknown => Answer::Unknown,
            Answer::True => Answer::False,
        }
    }
}

impl Answer {
    /// True where all are, false where one is.
    pub fn all(answers: impl IntoIterator<Item = Answer>) -> Answer {
        answers.into_iter().min().unwrap_or(Answer::True)
    }

    /// True where one is, false where all are.
    pub fn any(answers: impl IntoIterator<Item = Answer>) -> Answer {
        answers.into_iter().max().unwrap_or(Answer::False)
    }
}
