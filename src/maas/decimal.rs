//! Parses decimal numbers without rounding.

use std::num::IntErrorKind;

/// The reason why a text is not an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IntegerError {
    /// The text is not a decimal number.
    #[error("it is not a number")]
    NotANumber,
    /// The number has a fraction.
    #[error("the number is not an integer")]
    Fraction,
    /// The number has more than 64 bits.
    #[error("the integer is not between -9223372036854775808 and 9223372036854775807")]
    TooLarge,
}

/// Parses an integer, also in a form such as `60.0` or `6e1`.
pub(crate) fn integer(text: &str) -> Result<i64, IntegerError> {
    // Fast path: nearly all numbers consist of digits only.
    if let Ok(integer) = text.parse() {
        return Ok(integer);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(IntegerError::NotANumber);
    }
    let exponent = exponent.parse::<i64>().map_err(|error| match error.kind() {
        IntErrorKind::PosOverflow => IntegerError::TooLarge,
        IntErrorKind::NegOverflow => IntegerError::Fraction,
        _ => IntegerError::NotANumber,
    });
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return exponent.map(|_| 0).or_else(|error| if error == IntegerError::NotANumber { Err(error) } else { Ok(0) });
    }
    // The value is `significant` times 10 to the power of `power`.
    let count = |digits: usize| i64::try_from(digits).unwrap_or(i64::MAX);
    let power = count(digits.len() - significant.len()) - count(fraction.len());
    let power = power.saturating_add(exponent?);
    let zeros = usize::try_from(power).map_err(|_| IntegerError::Fraction)?;
    if zeros >= MOST_DIGITS {
        return Err(IntegerError::TooLarge);
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    [sign, significant, &"0".repeat(zeros)].concat().parse().map_err(|_| IntegerError::TooLarge)
}

/// The maximum number of digits of a 64-bit integer.
const MOST_DIGITS: usize = 19;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_number_in_any_spelling_then_that_integer() {
        for (text, number) in [
            ("0", 0),
            ("-0", 0),
            ("0.000e-7", 0),
            ("0e99999999999999999999", 0),
            ("0e-99999999999999999999", 0),
            ("007", 7),
            ("+60", 60),
            ("60.", 60),
            ("1.68e12", 1_680_000_000_000),
            ("1680746333000.0", 1_680_746_333_000),
            ("120e-1", 12),
            ("0.00012E+5", 12),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808.0", i64::MIN),
            ("-922337203685477580.8e1", i64::MIN),
        ] {
            assert_eq!(integer(text), Ok(number), "{text}");
        }
    }

    #[test]
    fn anything_else_then_the_reason() {
        let long = format!("1{}", "0".repeat(1 << 20));
        for (text, reason) in [
            ("60.5", IntegerError::Fraction),
            ("1e-1", IntegerError::Fraction),
            ("5e-99999999999999999999", IntegerError::Fraction),
            ("1.5e-9223372036854775808", IntegerError::Fraction),
            ("9223372036854775808", IntegerError::TooLarge),
            ("-9223372036854775809", IntegerError::TooLarge),
            ("1e19", IntegerError::TooLarge),
            ("1e9223372036854775807", IntegerError::TooLarge),
            ("1e99999999999999999999", IntegerError::TooLarge),
            (&long, IntegerError::TooLarge),
        ] {
            assert_eq!(integer(text), Err(reason), "{text:.40}");
        }
        for text in
            ["", "-", ".", "e5", "1e", "1e+", "1e1.0", "0e", "--1", "0x10", "NaN", "inf", "1 ", "1_0", "١", "1.2.3"]
        {
            assert_eq!(integer(text), Err(IntegerError::NotANumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn integer_with_its_point_moved_then_that_integer(number in any::<i64>(), moved in 0_usize..40) {
            let (sign, digits) = if number < 0 { ("-", number.unsigned_abs()) } else { ("", number.unsigned_abs()) };
            let digits = format!("{digits:0>width$}", width = moved + 1);
            let (whole, fraction) = digits.split_at(digits.len() - moved);
            prop_assert_eq!(integer(&format!("{sign}{whole}.{fraction}0e{moved}")), Ok(number));
            prop_assert_eq!(integer(&format!("{number}{}e-{moved}", "0".repeat(moved))), Ok(number));
        }
    }
}
