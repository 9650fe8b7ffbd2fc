//! Managed resources.

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::cached_schema::CachedSchema;
use super::data_source::{BoxFuture, State, model_mismatch};
use super::{AttributePath, Diagnostic, Diagnostics, Planned, ReadError, Schema, Type, Value, from_value, plan};

/// A managed resource. Implementors are plain structs; [`resource`] makes them fit for a provider's list.
pub trait Resource: Send + Sync + 'static {
    /// What it calls the service with, made by the provider.
    type Client: Send + Sync + 'static;

    /// The model of configuration, plan and state alike: exactly the attributes of the schema, each an
    /// [`Argument`](super::Argument).
    type Model: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// The type name in configurations, such as `maas_endpoint`.
    const TYPE_NAME: &'static str;

    /// Its schema.
    fn schema() -> Schema;

    /// Checks a configuration; values may be unknown.
    fn validate(config: &Self::Model, diagnostics: &mut Diagnostics);

    /// Completes what the schema alone has planned, and refuses changes that cannot succeed. Hosts call it twice, the second
    /// time just before the change, and without a client while they do not know how to configure the provider.
    ///
    /// # Errors
    /// [`ReadError::ProviderUnknown`] where a host may come back later; for other hosts the plan goes on.
    fn plan(
        client: Option<&Self::Client>,
        change: &mut Change<Self::Model>,
        diagnostics: &mut Diagnostics,
    ) -> impl Future<Output = Result<(), ReadError>> + Send;

    /// Creates the object, and returns its state.
    ///
    /// # Errors
    /// With the state of an object that exists all the same, so that it is not lost.
    fn create(
        apply: &mut Apply<'_, Self::Client>,
        planned: Self::Model,
    ) -> impl Future<Output = Result<Self::Model, Failure<Self::Model>>> + Send;

    /// Reads the object; nothing if it is gone.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(
        client: &Self::Client,
        state: Self::Model,
        warnings: &mut Diagnostics,
    ) -> impl Future<Output = Result<Option<Self::Model>, ReadError>> + Send;

    /// Changes the object in place, and returns its new state.
    ///
    /// # Errors
    /// With the state in which the object is now; without one, that is the prior state.
    fn update(
        apply: &mut Apply<'_, Self::Client>,
        prior: Self::Model,
        planned: Self::Model,
    ) -> impl Future<Output = Result<Self::Model, Failure<Self::Model>>> + Send;

    /// Deletes the object. An object that is already gone is not an error.
    ///
    /// # Errors
    /// When the object exists still.
    fn delete(
        apply: &mut Apply<'_, Self::Client>,
        state: Self::Model,
    ) -> impl Future<Output = Result<(), Diagnostic>> + Send;

    /// The state of the object with this id, as far as [`read`](Self::read) needs it.
    ///
    /// # Errors
    /// When the text is not a valid import ID.
    fn import(id: &str) -> Result<Self::Model, Diagnostic>;

    /// Changes states of earlier schema versions: the first one makes a state of version 1 from one of version 0.
    #[must_use]
    fn upgrades() -> &'static [Upgrade] {
        &[]
    }
}

/// Changes the members of a state to those of the next schema version.
pub type Upgrade = fn(&mut serde_json::Map<String, serde_json::Value>);

/// A change that is being planned.
pub struct Change<M> {
    /// The object before the change; nothing if it is new.
    pub prior: Option<M>,
    /// The configuration.
    pub config: M,
    /// What the schema alone has planned.
    pub planned: M,
    /// Bytes that the plan of this object has left with the host. A host that replaces an object plans twice: the second plan
    /// has no prior object, but these bytes.
    pub private: Vec<u8>,
    state: Value,
    replace: Vec<AttributePath>,
}

impl<M> Change<M> {
    /// Plans another value for a computed attribute that the configuration leaves out.
    pub fn set(&mut self, name: &'static str, value: Value) {
        if let Value::Mapping(values) = &mut self.state {
            values.insert(name.to_owned(), value);
        }
    }

    /// Needs a new object for the change of this attribute.
    pub fn replace(&mut self, name: &str) {
        let path = AttributePath::attribute(name);
        if !self.replace.contains(&path) {
            self.replace.push(path);
        }
    }

    /// Whether the change needs a new object.
    #[must_use]
    pub fn is_replacement(&self) -> bool {
        !self.replace.is_empty()
    }

    /// The attributes whose change needs a new object.
    #[must_use]
    pub fn replaced_by(&self) -> &[AttributePath] {
        &self.replace
    }
}

/// What the methods that write work with.
pub struct Apply<'a, Client> {
    /// What the provider made.
    pub client: &'a Client,
    /// Cancelled when the user stops the run. A request in flight goes on to its end; what is not sent yet is not sent.
    pub stopping: CancellationToken,
    /// Warnings for the user.
    pub warnings: &'a mut Diagnostics,
}

/// A failed change.
#[derive(Debug)]
pub struct Failure<M> {
    /// What went wrong.
    pub error: Diagnostic,
    /// What exists all the same.
    pub state: Option<M>,
}

impl<M> From<Diagnostic> for Failure<M> {
    fn from(error: Diagnostic) -> Self {
        Self { error, state: None }
    }
}

/// What an untyped change gave: a state, an error, or both.
pub struct Changed {
    /// The state of the object, if there is one.
    pub state: Option<State>,
    /// What went wrong.
    pub error: Option<Diagnostic>,
}

/// A planned change, and what the host keeps for its apply.
pub struct PlannedChange {
    /// The change.
    pub planned: Planned,
    /// Bytes for the next call.
    pub private: Vec<u8>,
    /// Why the plan may have to come later: a setting of the provider is not known.
    pub unknown: Option<Diagnostic>,
}

/// The values between which a change leads.
pub struct Values {
    /// Before.
    pub prior: Value,
    /// In the configuration.
    pub config: Value,
    /// Bytes of an earlier plan.
    pub private: Vec<u8>,
}

/// A [`Resource`] of any model.
pub trait AnyResource<Client>: Send + Sync {
    /// See [`Resource::TYPE_NAME`].
    fn type_name(&self) -> &'static str;

    /// See [`Resource::schema`]; made when first asked for.
    fn schema(&self) -> &Schema;

    /// The type of its configuration, plan and state.
    fn value_type(&self) -> &Type;

    /// See [`Resource::upgrades`].
    fn upgrades(&self) -> &'static [Upgrade];

    /// See [`Resource::validate`].
    fn validate(&self, config: Value, diagnostics: &mut Diagnostics);

    /// See [`Resource::plan`].
    fn plan<'a>(
        &'a self,
        client: Option<&'a Client>,
        values: Values,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<PlannedChange, Diagnostic>>;

    /// See [`Resource::create`] and [`Resource::update`]: a null `prior` creates.
    fn change<'a>(&'a self, apply: Apply<'a, Client>, prior: Value, planned: Value) -> BoxFuture<'a, Changed>;

    /// See [`Resource::read`].
    fn read<'a>(
        &'a self,
        client: &'a Client,
        state: Value,
        warnings: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<Option<State>, ReadError>>;

    /// See [`Resource::delete`].
    fn delete<'a>(&'a self, apply: Apply<'a, Client>, state: Value) -> BoxFuture<'a, Result<(), Diagnostic>>;

    /// See [`Resource::import`].
    ///
    /// # Errors
    /// When the text is not a valid import ID.
    fn import(&self, id: &str) -> Result<State, Diagnostic>;
}

/// Makes a resource fit for a provider's list.
#[must_use]
pub fn resource<R: Resource>(_: R) -> Box<dyn AnyResource<R::Client>> {
    Box::new(Registered::<R> { kind: std::marker::PhantomData, cached: CachedSchema::new(R::schema) })
}

struct Registered<R> {
    kind: std::marker::PhantomData<R>,
    cached: CachedSchema,
}

impl<R: Resource> Registered<R> {
    fn model(value: Value) -> Result<R::Model, Diagnostic> {
        from_value(value).map_err(|error| model_mismatch(R::TYPE_NAME, &error))
    }

    fn change_of(&self, values: Values) -> Result<Change<R::Model>, Diagnostic> {
        let Values { prior, config, private } = values;
        let Planned { state, replace } = plan(&self.schema().block, &prior, &config);
        let planned = Self::model(state.clone())?;
        let prior = if prior.is_null() { None } else { Some(Self::model(prior)?) };
        Ok(Change { prior, config: Self::model(config)?, planned, private, state, replace })
    }
}

impl<R: Resource> AnyResource<R::Client> for Registered<R> {
    fn type_name(&self) -> &'static str {
        R::TYPE_NAME
    }

    fn schema(&self) -> &Schema {
        self.cached.schema()
    }

    fn value_type(&self) -> &Type {
        self.cached.value_type()
    }

    fn upgrades(&self) -> &'static [Upgrade] {
        R::upgrades()
    }

    fn validate(&self, config: Value, diagnostics: &mut Diagnostics) {
        match Self::model(config) {
            Ok(config) => R::validate(&config, diagnostics),
            Err(error) => diagnostics.push(error),
        }
    }

    fn plan<'a>(
        &'a self,
        client: Option<&'a R::Client>,
        values: Values,
        diagnostics: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<PlannedChange, Diagnostic>> {
        Box::pin(async move {
            let mut change = self.change_of(values)?;
            let unknown = match R::plan(client, &mut change, diagnostics).await {
                Ok(()) => None,
                Err(ReadError::ProviderUnknown(reason)) => Some(reason),
                Err(ReadError::Failed(error)) => return Err(error),
            };
            let Change { state, replace, private, .. } = change;
            Ok(PlannedChange { planned: Planned { state, replace }, private, unknown })
        })
    }

    fn change<'a>(&'a self, mut apply: Apply<'a, R::Client>, prior: Value, planned: Value) -> BoxFuture<'a, Changed> {
        Box::pin(async move {
            let outcome = match (prior.is_null(), Self::model(prior), Self::model(planned)) {
                (true, _, Ok(planned)) => R::create(&mut apply, planned).await,
                (false, Ok(prior), Ok(planned)) => R::update(&mut apply, prior, planned).await,
                (_, Err(error), _) | (_, _, Err(error)) => Err(error.into()),
            };
            let state = |model| Box::new(model) as State;
            match outcome {
                Ok(model) => Changed { state: Some(state(model)), error: None },
                Err(failure) => Changed { state: failure.state.map(state), error: Some(failure.error) },
            }
        })
    }

    fn read<'a>(
        &'a self,
        client: &'a R::Client,
        state: Value,
        warnings: &'a mut Diagnostics,
    ) -> BoxFuture<'a, Result<Option<State>, ReadError>> {
        Box::pin(async move {
            let state = R::read(client, Self::model(state)?, warnings).await?;
            Ok(state.map(|model| Box::new(model) as State))
        })
    }

    fn delete<'a>(&'a self, mut apply: Apply<'a, R::Client>, state: Value) -> BoxFuture<'a, Result<(), Diagnostic>> {
        Box::pin(async move { R::delete(&mut apply, Self::model(state)?).await })
    }

    fn import(&self, id: &str) -> Result<State, Diagnostic> {
        Ok(Box::new(R::import(id)?))
    }
}
