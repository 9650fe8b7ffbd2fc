//! Functions: their signatures, and calls.

use std::collections::HashMap;

use super::dynamic_value::{from_proto, to_proto};
use super::proto;
use super::rpc::Outcome;
use super::service::Service;
use super::type_json::type_json;
use crate::terraform::{Diagnostics, Function, FunctionError, Parameter, Provider, messages};

#[expect(clippy::unused_async, reason = "the table of RPCs awaits all methods")]
impl<P: Provider> Service<P> {
    pub(super) async fn get_functions(
        &self,
        _: proto::get_functions::Request,
    ) -> Outcome<proto::get_functions::Response> {
        let functions = signatures(self.provider().functions());
        (proto::get_functions::Response { functions, ..Default::default() }, Diagnostics::default())
    }

    pub(super) async fn call_function(
        &self,
        request: proto::call_function::Request,
    ) -> Outcome<proto::call_function::Response> {
        let response = match call(self.provider().functions(), &request) {
            Ok(result) => proto::call_function::Response { result: Some(result), error: None },
            Err(FunctionError { text, argument }) => {
                let function_argument = argument.and_then(|argument| i64::try_from(argument).ok());
                let error = Some(proto::FunctionError { text, function_argument });
                proto::call_function::Response { result: None, error }
            }
        };
        (response, Diagnostics::default())
    }
}

/// The signatures of functions, by name.
pub(super) fn signatures(functions: &[&dyn Function]) -> HashMap<String, proto::Function> {
    functions.iter().map(|function| (function.name().to_owned(), signature(*function))).collect()
}

fn signature(function: &dyn Function) -> proto::Function {
    let signature = function.signature();
    proto::Function {
        parameters: signature.parameters.iter().map(parameter).collect(),
        variadic_parameter: None,
        r#return: Some(proto::function::Return { r#type: type_json(&signature.result) }),
        summary: signature.summary.to_owned(),
        description: signature.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        deprecation_message: String::new(),
    }
}

fn parameter(from: &Parameter) -> proto::function::Parameter {
    proto::function::Parameter {
        name: from.name.to_owned(),
        r#type: type_json(&from.ty),
        allow_null_value: false,
        allow_unknown_values: false,
        description: from.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
    }
}

/// Calls the function that a request names.
fn call(
    functions: &[&dyn Function],
    request: &proto::call_function::Request,
) -> Result<proto::DynamicValue, FunctionError> {
    let general = |text| FunctionError { text, argument: None };
    let function = functions.iter().find(|function| function.name() == request.name);
    let function = function.ok_or_else(|| general(messages::no_such("function", &request.name).detail))?;
    let parameters = function.signature().parameters;
    if parameters.len() != request.arguments.len() {
        return Err(general(format!("{} takes {} arguments.", request.name, parameters.len())));
    }
    let argument = |(index, parameter): (usize, &Parameter)| {
        let error = |text| FunctionError { text, argument: Some(index) };
        let value = from_proto(request.arguments.get(index), &parameter.ty);
        let value = value.map_err(|problem| error(messages::malformed(&problem).detail))?;
        if value.is_null() || !value.is_wholly_known() {
            return Err(error(format!("`{}` has to be known, and not null.", parameter.name)));
        }
        Ok(value)
    };
    let arguments = parameters.iter().enumerate().map(argument).collect::<Result<Vec<_>, _>>()?;
    let result = function.call(&arguments)?;
    to_proto(&result).map_err(|error| general(messages::mistake(error).detail))
}
