//! IAM: obtaining a user token with a password, see
//! <https://support.huaweicloud.com/intl/en-us/api-iam/iam_30_0001.html>.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use serde_json::{Value, json};

use super::subject_token;
use crate::{
    answer::Refusal,
    cloud::Cloud,
    seed,
    world::{Scope, User},
};

mod request;

use request::Login;

/// Checks the password and hands out a token for the scope asked for.
pub(super) async fn issue(
    State(cloud): State<Arc<Cloud>>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Refusal> {
    let login = Login::parse(&body)?;
    let mut world = cloud.world();
    let user = login.user(&world).cloned().ok_or_else(wrong_password)?;
    let scope = login.scope(&world).ok_or_else(subject_token::no_such_scope)?;
    if let Scope::Project(id) = &scope
        && !user.may_use(id)
    {
        return Err(forbidden_project(id));
    }
    let now = world.now();
    let token = world.tokens.issue(scope, now);

    let catalog = (!without_catalog(query.as_deref())).then(|| catalog(&token.scope, &cloud.url));
    Ok(subject_token::response(&token, &world, details(&user, catalog)))
}

/// IAM's answer to a name or a password it does not know; it does not tell which.
fn wrong_password() -> Refusal {
    Refusal::keystone(StatusCode::UNAUTHORIZED, "The username or password is wrong.")
}

/// The answer to a project of the account that this user may not use. Status and message are the sandbox's choice.
fn forbidden_project(project_id: &str) -> Refusal {
    Refusal::keystone(StatusCode::FORBIDDEN, format!("The user has no permissions in the project {project_id}."))
}

/// Whether the query has `nocatalog` with any value that is not empty.
fn without_catalog(query: Option<&str>) -> bool {
    let mut pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    pairs.any(|(name, value)| name == "nocatalog" && !value.is_empty())
}

fn details(user: &User, catalog: Option<Value>) -> Value {
    let domain = subject_token::domain();
    let mut details = json!({
        "methods": ["password"],
        "roles": [{"id": "0", "name": "te_admin"}],
        "user": {"id": user.id, "name": user.name, "domain": domain, "password_expires_at": ""},
    });
    if let Some(catalog) = catalog {
        details["catalog"] = catalog;
    }
    details
}

/// The services of the sandbox, in the shape of a Keystone catalog.
fn catalog(scope: &Scope, url: &str) -> Value {
    let entry = |name: &str, region: &str, url: String| {
        let endpoint = json!({"id": format!("{name}-public"), "interface": "public", "region": region, "region_id": region, "url": url});
        json!({"id": name, "name": name, "type": name, "endpoints": [endpoint]})
    };
    let iam = entry("iam", "*", format!("{url}/v3"));
    match scope {
        Scope::Domain | Scope::Unscoped => json!([iam]),
        Scope::Project(id) => json!([iam, entry("modelarts", seed::HOST_REGION, format!("{url}/v1/{id}"))]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nocatalog_with_a_value_then_no_catalog() {
        assert!(without_catalog(Some("nocatalog=true")));
        assert!(without_catalog(Some("a=b&nocatalog=1")));
        for query in [None, Some(""), Some("nocatalog="), Some("nocatalog"), Some("xnocatalog=1")] {
            assert!(!without_catalog(query), "{query:?}");
        }
    }

    #[test]
    fn catalog_of_a_project_then_modelarts_is_in_it_and_of_the_account_then_not() {
        let of_project = catalog(&Scope::Project("1".to_owned()), "http://127.0.0.1:1");
        assert_eq!(of_project[1]["endpoints"][0]["url"], "http://127.0.0.1:1/v1/1");
        let of_domain = catalog(&Scope::Domain, "http://127.0.0.1:1");
        assert_eq!(of_domain.as_array().map(Vec::len), Some(1));
    }
}
