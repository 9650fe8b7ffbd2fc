use super::super::given::Given;
use super::super::settings::{Settings, own, settled};
use super::super::{checks, messages};
use crate::env::{self, Variable};
use crate::huaweicloud::{Domain, IdToken, OidcLogin, Role, RoleApi};
use crate::terraform::{Argument, ReadError};

/// The sign-in with an ID token, from the block or else from the environment, and the agency that goes with it.
pub(super) fn find(settings: &Settings) -> Result<Option<(OidcLogin, Role)>, ReadError> {
    let block = match &settings.config.assume_role_with_oidc {
        Argument::Known(block) => Some(block),
        Argument::Unknown => return Err(messages::unknown_setting("assume_role_with_oidc")),
        Argument::Null => None,
    };
    let environment = &settings.environment;
    if block.is_none() && environment.get(env::HW_ASSUME_ROLE_IDP_ID).is_none() {
        return Ok(None);
    }
    // A block takes nothing from the environment: its agency and its token belong together.
    let required = |of_block: Option<&Argument<String>>, variable: Variable, name: &'static str| {
        let value = match of_block {
            Some(argument) => settled(own(argument).unwrap_or_default(), name)?,
            None => environment.get(variable),
        };
        value.ok_or_else(|| ReadError::from(messages::missing_for_oidc(name, variable.name)))
    };
    let idp_id = required(block.map(|block| &block.idp_id), env::HW_ASSUME_ROLE_IDP_ID, "idp_id")?;
    let agency_name = required(block.map(|block| &block.agency_name), env::HW_ASSUME_ROLE_AGENCY_NAME, "agency_name")?;
    let domain_id = required(block.map(|block| &block.domain_id), env::HW_ASSUME_ROLE_DOMAIN_ID, "domain_id")?;
    let token = match block {
        Some(block) => settled(Given::secret("id_token", &block.id_token).unwrap_or_default(), "id_token")?,
        None => Given::of_environment(environment, &[env::HW_ASSUME_ROLE_ID_TOKEN]).into_known(),
    };
    let id_token = if let Some(token) = token {
        IdToken::Text(token.into_key()?)
    } else {
        let of_block = block.map(|block| &block.id_token_file);
        let path = required(of_block, env::HW_ASSUME_ROLE_ID_TOKEN_FILE, "id_token_file")?;
        let path = settings.path(&path).ok_or_else(|| messages::no_home("id_token_file"))?;
        IdToken::File(path.display().to_string())
    };
    let duration = checks::seconds_after_id_token(block, environment)?;
    let role = Role { agency_name, domain: Domain::Id(domain_id), duration, api: RoleApi::Sts };
    Ok(Some((OidcLogin { idp_id, id_token }, role)))
}
