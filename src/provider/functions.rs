//! The provider's functions: conversions that users of the data sources need and cannot write in HCL.

use super::timestamp;
use crate::terraform::{Function, FunctionError, Parameter, Signature, Type, Value};

/// All functions of the provider.
pub(super) const ALL: &[&dyn Function] = &[&Rfc3339];

/// `provider::maas::rfc3339`: converts a time of the service to the format that Terraform's own functions accept.
struct Rfc3339;

impl Function for Rfc3339 {
    fn name(&self) -> &'static str {
        "rfc3339"
    }

    fn signature(&self) -> Signature {
        Signature {
            summary: "Converts a time of the service to RFC 3339",
            description: "Converts milliseconds since 1970, the format of the service's times, to \
             RFC 3339 in UTC, which \
                          `formatdate`, `timecmp` and `timeadd` accept. A string in RFC 3339 is converted to UTC. The \
                          result always has three decimals, so that `sort` orders times correctly.",
            parameters: vec![Parameter {
                name: "epoch_ms",
                ty: Type::String,
                description: "Milliseconds since 1970, as a number or a string of digits, such as \
                 `create_time` of a workspace.",
            }],
            result: Type::String,
        }
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let [Value::String(epoch_ms)] = arguments else {
            return Err(FunctionError { text: "The function takes exactly one argument".to_owned(), argument: None });
        };
        timestamp::rfc3339(epoch_ms).map(Value::String).ok_or_else(|| FunctionError {
            text: format!(
                "`{epoch_ms}` is neither a time in RFC 3339 nor whole milliseconds since 1970, before the year 10000"
            ),
            argument: Some(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rfc3339(epoch_ms: &str) -> Result<Value, FunctionError> {
        Rfc3339.call(&[Value::String(epoch_ms.to_owned())])
    }

    #[test]
    fn milliseconds_then_rfc_3339() {
        assert_eq!(rfc3339("1680746333000"), Ok(Value::String("2023-04-06T01:58:53.000Z".to_owned())));
    }

    #[test]
    fn no_time_then_error_at_the_argument() {
        let error = rfc3339("soon").expect_err("no time");
        assert_eq!(error.argument, Some(0));
        assert!(error.text.contains("`soon`"), "{}", error.text);
    }
}
