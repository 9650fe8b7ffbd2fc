use std::fmt;

/// A Terraform number, kept exactly.
///
/// A number is held in the simplest form that loses nothing: an integer of 64 bits, else a binary fraction, else its
/// decimal digits.
#[derive(Clone, PartialEq)]
pub struct Number(Form);

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Integer(i64),
    Float(f64),
    Decimal(Box<str>),
}

impl Number {
    /// The number that `digits` spells: an optional sign, digits, optionally a fraction and an exponent.
    ///
    /// Returns `None` for anything else, such as `0x10`, `NaN` or an empty text.
    #[must_use]
    pub fn from_decimal(digits: &str) -> Option<Self> {
        if !is_decimal(digits) {
            return None;
        }
        Some(Self(digits.parse().map_or_else(|_| Form::Decimal(digits.into()), Form::Integer)))
    }

    /// The number that `float` stands for; `None` for infinities and "not a number", which Terraform cannot store.
    #[must_use]
    pub fn from_f64(float: f64) -> Option<Self> {
        if !float.is_finite() {
            return None;
        }
        let whole = float.fract() == 0.0;
        // Every whole float prints without an exponent and exactly, so its digits are the number.
        if whole { Self::from_decimal(&format!("{float:.0}")) } else { Some(Self(Form::Float(float))) }
    }

    /// The number as an integer, if it is one that fits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Form::Integer(integer) => Some(integer),
            Form::Float(_) | Form::Decimal(_) => None,
        }
    }

    /// The number as a binary fraction, if it is held as one, which is exact.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self.0 {
            Form::Float(float) => Some(float),
            Form::Integer(_) | Form::Decimal(_) => None,
        }
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Form::Integer(integer))
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self(i64::try_from(integer).map_or_else(|_| Form::Decimal(integer.to_string().into()), Form::Integer))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Integer(integer) => integer.fmt(f),
            Form::Float(float) => float.fmt(f),
            Form::Decimal(digits) => f.write_str(digits),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|e| digits(e.strip_prefix(['-', '+']).unwrap_or(e)))
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn integer_digits_then_integer() {
        assert_eq!(Number::from_decimal("-42").and_then(|n| n.as_i64()), Some(-42));
    }

    #[test]
    fn digits_beyond_64_bits_then_every_digit_is_kept() {
        let number = Number::from_decimal("123456789012345678901234567890").expect("digits");
        assert_eq!(number.as_i64(), None);
        assert_eq!(number.to_string(), "123456789012345678901234567890");
    }

    #[test]
    fn unsigned_beyond_signed_then_same_as_its_digits() {
        assert_eq!(Number::from(u64::MAX), Number::from_decimal("18446744073709551615").expect("digits"));
    }

    #[test]
    fn whole_float_then_same_as_integer() {
        assert_eq!(Number::from_f64(5.0), Some(Number::from(5_i64)));
        assert_eq!(Number::from_f64(1e20), Number::from_decimal("100000000000000000000"));
    }

    #[test]
    fn no_number_then_none() {
        for text in ["", "-", ".", "1.", ".5", "0x10", "NaN", "inf", "1e", "1e+", "1 ", "١"] {
            assert_eq!(Number::from_decimal(text), None, "{text}");
        }
        assert_eq!(Number::from_f64(f64::NAN), None);
        assert_eq!(Number::from_f64(f64::INFINITY), None);
    }
}
