use serde::{Deserialize, Serialize};

use super::adapter::ScopedDataSource;
use crate::provider::messages;
use crate::provider::scope::Context;
use crate::terraform::{Argument, Attribute, AttributePath, Diagnostics, ReadError, Type};

/// The languages of the agreement. The first one is the default.
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// `data "maas_agreement"`: the agreement that must be accepted before content moderation is switched off.
pub(super) struct MaasAgreement;

#[derive(Deserialize)]
pub(super) struct Config {
    lang: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    id: String,
    lang: String,
    agreement_id: Option<String>,
    agreement_data: Option<String>,
    open_notice: Option<String>,
    close_notice: Option<String>,
}

impl ScopedDataSource for MaasAgreement {
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_agreement";
    const DESCRIPTION: &'static str =
        "Reads the content moderation agreement, which must be accepted for a custom endpoint without moderation.";

    fn attributes() -> Vec<Attribute> {
        let text = |name, description| Attribute::computed(name, Type::String, description);
        vec![
            Attribute::optional(
                "lang",
                Type::String,
                "Language of the agreement. Must be `en` or `zh`. Defaults to `en`.",
            )
            .or_computed(),
            text("id", "`{project_id}/{lang}`."),
            text("agreement_id", "ID with which an endpoint accepts the agreement."),
            text("agreement_data", "Text of the agreement."),
            text("open_notice", "Notice that the console shows when moderation is switched on."),
            text("close_notice", "Notice that the console shows when moderation is switched off."),
        ]
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        if let Argument::Known(lang) = &config.lang
            && !LANGUAGES.contains(&lang.as_str())
        {
            diagnostics.push(messages::not_one_of("lang", lang, &LANGUAGES).at(AttributePath::attribute("lang")));
        }
    }

    async fn read(context: &Context<'_>, config: Config, _: &mut Diagnostics) -> Result<State, ReadError> {
        let lang = config.lang.into_known().unwrap_or_else(|| LANGUAGES[0].to_owned());
        let agreement = context.maas.agreement(&context.target, &lang, context.deadline).await;
        let agreement = agreement.map_err(|error| context.failed("Get the agreement", &error))?;
        let text = Option::<String>::clone;
        Ok(State {
            id: format!("{}/{lang}", context.target.project_id),
            lang,
            agreement_id: text(&agreement.agreement_id),
            agreement_data: text(&agreement.agreement_data),
            open_notice: text(&agreement.open_notice),
            close_notice: text(&agreement.close_notice),
        })
    }
}
