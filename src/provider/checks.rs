//! What is wrong with a provider block, as far as that can be told without a request.

use super::block::{self, AssumeRole, AssumeRoleWithOidc, Config, assume_role, assume_role_with_oidc};
use super::messages;
use super::setting::AnySetting;
use super::settings::Settings;
use crate::env::{self, Environment};
use crate::huaweicloud::Endpoint;
use crate::terraform::{Argument, AttributePath, Diagnostics, Step};

/// Checks a provider block, and nothing else: what comes from the environment is checked when it is needed.
pub(super) fn check(settings: &Settings, diagnostics: &mut Diagnostics) {
    let config = &settings.config;
    for setting in block::ALL {
        setting.check(config, &AttributePath::default(), &|name| settings.may_have(name), diagnostics);
    }
    check_endpoints(config, diagnostics);
    if let Argument::Known(blocks) = &config.assume_role {
        for (index, block) in blocks.iter().enumerate() {
            check_role(block, &AttributePath::attribute("assume_role").with(Step::Index(index)), diagnostics);
        }
    }
    if let Argument::Known(block) = &config.assume_role_with_oidc {
        check_oidc(block, &AttributePath::attribute("assume_role_with_oidc"), diagnostics);
    }
}

/// Checks that no variable has a value that is not Unicode, which would count as unset.
pub(super) fn check_environment(environment: &Environment) -> Result<(), Diagnostics> {
    let names = environment.not_unicode(env::ALL);
    if names.is_empty() { Ok(()) } else { Err(messages::not_unicode(&names).into()) }
}

fn check_endpoints(config: &Config, diagnostics: &mut Diagnostics) {
    let Argument::Known(endpoints) = &config.endpoints else { return };
    let keys = block::endpoint_keys();
    for (key, endpoint) in endpoints {
        let path = AttributePath::attribute("endpoints").with(Step::Key(key.clone()));
        if !keys.contains(&key.as_str()) {
            diagnostics.push(messages::unknown_service(key, &keys).at(path));
        } else if let Some(url) = endpoint.known().filter(|url| !url.is_empty())
            && let Err(error) = Endpoint::parse(url)
        {
            diagnostics.push(messages::bad_endpoint(&format!("`endpoints[\"{key}\"]`"), error).at(path));
        }
    }
}

fn check_role(block: &AssumeRole, path: &AttributePath, diagnostics: &mut Diagnostics) {
    check_block(block, assume_role::ALL, path, diagnostics);
    let has_account = has(block, assume_role::ALL, "domain_id") || has(block, assume_role::ALL, "domain_name");
    if let Argument::Known(name) = &block.agency_name
        && !(name.is_empty() || has_account)
    {
        let path = path.with(Step::Attribute("agency_name".to_owned()));
        diagnostics.push(messages::agency_without_account(name).at(path));
    }
}

fn check_oidc(block: &AssumeRoleWithOidc, path: &AttributePath, diagnostics: &mut Diagnostics) {
    let all = assume_role_with_oidc::ALL;
    if !(has(block, all, "id_token") || has(block, all, "id_token_file")) {
        diagnostics.push(messages::neither_set("id_token", "id_token_file").at(path.clone()));
    }
    check_block(block, all, path, diagnostics);
}

fn check_block<B>(block: &B, all: &[&dyn AnySetting<B>], path: &AttributePath, diagnostics: &mut Diagnostics) {
    for setting in all {
        setting.check(block, path, &|name| has(block, all, name), diagnostics);
    }
}

fn has<B>(block: &B, all: &[&dyn AnySetting<B>], name: &str) -> bool {
    all.iter().any(|setting| setting.name() == name && setting.is_in_block(block))
}
