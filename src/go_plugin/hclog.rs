//! Writes log lines to stderr in the format that hosts read: hclog's JSON, one object per line.

use std::fmt;
use std::io::Write;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::env::{self, Environment};

/// The target of log lines about the protocol. All other lines are about the provider.
const PROTOCOL_TARGET: &str = "sdk.proto";

/// The target of the gRPC server's log lines about accepted, failed and closed connections.
const SERVER_TARGET: &str = "tonic::transport::server";

/// The targets that are logged: those of this program and of the gRPC server. Other libraries may log secrets, such as
/// headers.
const OWN_TARGET: &str = env!("CARGO_CRATE_NAME");

/// Maximum length of a text in bytes. Hosts cannot parse lines of more than 64 KiB, and one byte may take six bytes in
/// JSON.
const MAX_TEXT: usize = 4_096;

/// Starts logging at the level that the environment sets, or at `default`.
pub(super) fn start(module: &'static str, environment: &Environment, default: LevelFilter) {
    let level = level(environment).unwrap_or(default);
    if level == LevelFilter::OFF {
        return;
    }
    let layer = HclogLayer { module, level, write: to_stderr };
    // Fails only if the process already has a global subscriber, which then stays.
    drop(tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)));
}

fn to_stderr(line: &[u8]) {
    // A write error means that the host no longer reads stderr.
    drop(std::io::stderr().write_all(line));
}

/// Returns the level from the most specific environment variable that is set. An unknown level means `TRACE`, as in
/// Terraform.
pub(super) fn level(environment: &Environment) -> Option<LevelFilter> {
    let variables = [env::TF_LOG_PROVIDER_MAAS, env::TF_LOG_PROVIDER, env::TF_LOG];
    let level = variables.into_iter().find_map(|variable| environment.get(variable))?;
    Some(match level.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    })
}

struct HclogLayer<W> {
    module: &'static str,
    level: LevelFilter,
    write: W,
}

/// The fields of a span, which every log line in the span repeats.
struct SpanFields(Map<String, Value>);

impl<S, W> Layer<S> for HclogLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + Send + Sync + 'static,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let target = metadata.target();
        *metadata.level() <= self.level
            && (target == PROTOCOL_TARGET || target == SERVER_TARGET || target.starts_with(OWN_TARGET))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(SpanFields(fields)) = span.extensions_mut().get_mut()
        {
            let mut more = Fields(std::mem::take(fields));
            record.record(&mut more);
            *fields = more.0;
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut line = Map::new();
        for span in context.event_scope(event).into_iter().flat_map(tracing_subscriber::registry::Scope::from_root) {
            if let Some(SpanFields(fields)) = span.extensions().get() {
                line.extend(fields.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
        }
        let mut fields = Fields(line);
        event.record(&mut fields);
        let Fields(mut line) = fields;
        let message = line.remove("message").unwrap_or_default();
        let metadata = event.metadata();
        let module = if metadata.target() == PROTOCOL_TARGET { PROTOCOL_TARGET } else { self.module };
        // Hosts crash unless these values are strings, and parse a time only if it has six decimals.
        line.insert("@level".to_owned(), json!(level_name(*metadata.level())));
        line.insert("@message".to_owned(), json!(message.as_str().unwrap_or_default()));
        line.insert("@module".to_owned(), json!(module));
        line.insert("@timestamp".to_owned(), json!(format!("{:.6}", Timestamp::now())));
        let mut line = Value::Object(line).to_string();
        line.push('\n');
        (self.write)(line.as_bytes());
    }
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn add(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }

    fn add_text(&mut self, field: &Field, text: &str) {
        // Omit empty fields.
        if text.is_empty() {
            return;
        }
        let end = text.floor_char_boundary(MAX_TEXT);
        let cut = if end < text.len() { "..." } else { "" };
        self.add(field, json!(format!("{}{cut}", &text[..end])));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add_text(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add_text(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, json!(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, json!(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, json!(value));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn lines(level: LevelFilter, log: impl FnOnce()) -> Vec<Value> {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let write = move |line: &[u8]| sink.lock().expect("no panic").extend_from_slice(line);
        let layer = HclogLayer { module: "maas", level, write };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log);
        let bytes = written.lock().expect("no panic").clone();
        String::from_utf8(bytes).expect("text").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn event_in_span_then_one_line_with_keys_of_both() {
        let lines = lines(LevelFilter::TRACE, || {
            let span = tracing::info_span!(target: "sdk.proto", "rpc", tf_rpc = "ReadDataSource", empty = "");
            let _entered = span.enter();
            tracing::info!(target: "sdk.proto", tf_req_duration_ms = 3_u64, "Served \"request\"\n");
        });
        assert_eq!(lines.len(), 1);
        let line = lines[0].as_object().expect("an object");
        assert_eq!(line["@message"], "Served \"request\"\n");
        assert_eq!(line["@level"], "info");
        assert_eq!(line["@module"], "sdk.proto");
        assert_eq!(line["tf_rpc"], "ReadDataSource");
        assert_eq!(line["tf_req_duration_ms"], 3);
        assert!(!line.contains_key("empty"));
    }

    #[test]
    fn timestamp_then_exactly_six_decimals_and_utc() {
        let lines = lines(LevelFilter::TRACE, || tracing::info!("x"));
        let timestamp = lines[0]["@timestamp"].as_str().expect("text");
        let fraction = timestamp.split_once('.').expect("a fraction").1;
        assert_eq!((fraction.len(), fraction.ends_with('Z')), (7, true), "{timestamp}");
    }

    #[test]
    fn texts_without_end_then_cut_so_that_hosts_understand_the_line() {
        let long = "\u{1}é".repeat(1_000_000);
        let lines = lines(LevelFilter::TRACE, || tracing::info!(first = long.as_str(), second = ?long, "{long}"));
        assert!(lines[0].to_string().len() < 64 << 10);
        assert!(lines[0]["first"].as_str().is_some_and(|text| text.ends_with("\u{1}...")), "{}", lines[0]["first"]);
    }

    #[test]
    fn line_of_a_library_then_not_written() {
        assert!(lines(LevelFilter::TRACE, || tracing::error!(target: "h2::codec", "x-auth-token")).is_empty());
    }

    #[test]
    fn level_above_the_line_then_not_written() {
        assert!(lines(LevelFilter::WARN, || tracing::info!("x")).is_empty());
        assert_eq!(lines(LevelFilter::WARN, || tracing::warn!("x")).len(), 1);
    }

    #[test]
    fn most_special_variable_then_it_decides() {
        let level = |variables: &[(&str, &str)]| level(&Environment::fixed(variables.iter().copied()));
        assert_eq!(level(&[]), None);
        assert_eq!(level(&[("TF_LOG", "warn")]), Some(LevelFilter::WARN));
        assert_eq!(level(&[("TF_LOG", "warn"), ("TF_LOG_PROVIDER", "DEBUG")]), Some(LevelFilter::DEBUG));
        assert_eq!(level(&[("TF_LOG_PROVIDER", "DEBUG"), ("TF_LOG_PROVIDER_MAAS", "off")]), Some(LevelFilter::OFF));
        assert_eq!(level(&[("TF_LOG", "JSON")]), Some(LevelFilter::TRACE));
    }
}
