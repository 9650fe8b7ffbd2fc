use serde::{Deserialize, Serialize};

use crate::provider::scope::{self, Scope, ScopeState};
use crate::provider::{Client, messages};
use crate::terraform::{Argument, Attribute, AttributePath, Block, DataSource, Diagnostics, ReadError, Schema, Type};

/// The languages in which there is an agreement; the first one is meant when none is given.
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// `data "maas_agreement"`: what has to be agreed to before content moderation is switched off.
pub(super) struct MaasAgreement;

#[derive(Deserialize)]
pub(super) struct Config {
    region: Argument<String>,
    project_id: Argument<String>,
    timeouts: Argument<scope::Timeouts>,
    lang: Argument<String>,
}

#[derive(Serialize)]
pub(super) struct State {
    #[serde(flatten)]
    scope: ScopeState,
    id: String,
    lang: String,
    agreement_id: Option<String>,
    agreement_data: Option<String>,
    open_notice: Option<String>,
    close_notice: Option<String>,
}

impl DataSource for MaasAgreement {
    type Client = Client;
    type Config = Config;
    type State = State;

    const TYPE_NAME: &'static str = "maas_agreement";

    fn schema() -> Schema {
        let text = |name, description| Attribute::computed(name, Type::String, description);
        let mut attributes = scope::attributes();
        attributes.extend([
            Attribute::optional("lang", Type::String, "Language: `en` or `zh`; `en` when it is left out.")
                .or_computed(),
            text("id", "`{project_id}/{lang}`."),
            text("agreement_id", "Id by which an endpoint accepts the agreement."),
            text("agreement_data", "Text of the agreement."),
            text("open_notice", "What the console says when moderation is switched on."),
            text("close_notice", "What the console says when moderation is switched off."),
        ]);
        let description =
            "Gets the content moderation agreement, which a custom endpoint without moderation has to accept.";
        Schema { version: 0, block: Block { description, attributes, blocks: Vec::new() } }
    }

    fn validate(config: &Config, diagnostics: &mut Diagnostics) {
        Scope::of(&config.region, &config.project_id, &config.timeouts).check(diagnostics);
        if let Argument::Known(lang) = &config.lang
            && !LANGUAGES.contains(&lang.as_str())
        {
            diagnostics.push(messages::not_one_of("lang", lang, &LANGUAGES).at(AttributePath::attribute("lang")));
        }
    }

    async fn read(client: &Client, config: Config, _: &mut Diagnostics) -> Result<State, ReadError> {
        let lang = config.lang.into_known().unwrap_or_else(|| LANGUAGES[0].to_owned());
        let reach = Scope::of(&config.region, &config.project_id, &config.timeouts).reach(client).await?;
        let agreement = client.maas()?.agreement(&reach.target, &lang, reach.deadline).await;
        let agreement = agreement.map_err(|error| client.failed("Get the agreement", &error))?;
        let text = Option::<String>::clone;
        Ok(State {
            id: format!("{}/{lang}", reach.target.project_id),
            scope: reach.state,
            lang,
            agreement_id: text(&agreement.agreement_id),
            agreement_data: text(&agreement.agreement_data),
            open_notice: text(&agreement.open_notice),
            close_notice: text(&agreement.close_notice),
        })
    }
}
