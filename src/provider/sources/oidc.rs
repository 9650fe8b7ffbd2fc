use super::super::block::assume_role_with_oidc::{AGENCY_NAME, DOMAIN_ID, DURATION, ID_TOKEN, ID_TOKEN_FILE, IDP_ID};
use super::super::messages;
use super::super::setting::{Setting, integer};
use super::super::settings::Settings;
use crate::env;
use crate::huaweicloud::{Domain, IdToken, OidcLogin, Role, RoleApi};
use crate::terraform::{Argument, AttributePath, ReadError};

/// The sign-in with an ID token, from the block or else from the environment, and the agency that goes with it.
pub(super) fn find(settings: &Settings) -> Result<Option<(OidcLogin, Role)>, ReadError> {
    let path = AttributePath::attribute("assume_role_with_oidc");
    // A block takes nothing from the environment: its agency and its token belong together.
    let block = match &settings.config.assume_role_with_oidc {
        Argument::Known(block) => Some((block, &path)),
        Argument::Unknown => return Err(messages::unknown_setting("assume_role_with_oidc")),
        Argument::Null if settings.environment.get(env::HW_ASSUME_ROLE_IDP_ID).is_none() => return Ok(None),
        Argument::Null => None,
    };
    let required = |setting: &Setting<String, _>| {
        let variables = setting.environment.iter().map(|variable| variable.name).collect::<Vec<_>>();
        let missing = || ReadError::from(messages::missing_for_oidc(setting.name, &variables.join(" or ")));
        Ok::<_, ReadError>(settings.of_nested(block, setting)?.ok_or_else(missing)?.value)
    };
    let (idp_id, agency_name, domain_id) = (required(&IDP_ID)?, required(&AGENCY_NAME)?, required(&DOMAIN_ID)?);
    let id_token = if let Some(token) = settings.of_nested(block, &ID_TOKEN)? {
        IdToken::Text(token.into_key(ID_TOKEN.name)?)
    } else {
        let path = required(&ID_TOKEN_FILE)?;
        let path = settings.path(&path).ok_or_else(|| messages::no_home(ID_TOKEN_FILE.name))?;
        IdToken::File(path.display().to_string())
    };
    let duration = settings.of_nested(block, &DURATION)?.map(|given| integer(given.value));
    let role = Role { agency_name, domain: Domain::Id(domain_id), duration, api: RoleApi::Sts };
    Ok(Some((OidcLogin { idp_id, id_token }, role)))
}
