//! The frame around every call: request id, log lines, cancellation, panic guard and duration.
//!
//! Log keys and messages, and their order, are those of the Go SDKs, so that filters written for other providers work here too.

use std::any::Any;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::time::Instant;

use futures_util::FutureExt;
use tracing::Instrument;

use super::connection::Stop;
use super::interrupts::{Interrupts, Read};
use crate::terraform::{Diagnostic, Diagnostics, Severity, messages};

/// The log target of the protocol's own lines; the host shows it as the module.
const TARGET: &str = "sdk.proto";

/// What a method returns: the response, and what the frame logs and adds to it.
pub(super) type Outcome<T> = (T, Diagnostics);

/// The outcome of a method that returns a response or one more diagnostic.
pub(super) fn outcome<T: Default>(mut diagnostics: Diagnostics, response: Result<T, Diagnostic>) -> Outcome<T> {
    (response.map_err(|error| diagnostics.push(error)).unwrap_or_default(), diagnostics)
}

/// Which call it is.
#[derive(Clone, Debug)]
pub(super) struct Call {
    rpc: &'static str,
    data_source: String,
    resource: String,
    interruptible: bool,
    runs_to_its_end: bool,
}

impl Call {
    /// A call of the RPC of this name.
    pub(super) const fn of(rpc: &'static str) -> Self {
        Self { rpc, data_source: String::new(), resource: String::new(), interruptible: false, runs_to_its_end: false }
    }

    /// Names the data source in the log lines.
    pub(super) fn data_source(self, type_name: &str) -> Self {
        Self { data_source: type_name.to_owned(), ..self }
    }

    /// Names the managed resource in the log lines.
    pub(super) fn resource(self, type_name: &str) -> Self {
        Self { resource: type_name.to_owned(), ..self }
    }

    /// Lets no stop end the call, which changes something and has to record what it has changed.
    pub(super) fn runs_to_its_end(self) -> Self {
        Self { runs_to_its_end: true, ..self }
    }

    /// Lets an interrupt from the terminal end the call, which must change nothing.
    pub(super) fn interruptible(self) -> Self {
        Self { interruptible: true, ..self }
    }
}

/// Frames calls.
pub(super) struct Frame {
    provider_address: &'static str,
    interrupts: Interrupts,
}

impl Frame {
    pub(super) fn new(provider_address: &'static str, interrupts: Interrupts) -> Self {
        Self { provider_address, interrupts }
    }

    /// Runs one call, until `stop` at most. Whatever happens to `work`, there is a result: if the call is stopped or panics,
    /// a default one with an error.
    pub(super) async fn run<T: Default>(
        &self,
        call: Call,
        stop: &Stop,
        work: impl Future<Output = Outcome<T>>,
    ) -> Outcome<T> {
        let read = call.interruptible.then(|| self.interrupts.start_read());
        // At every level: an error's line needs these keys most.
        let span = tracing::error_span!(
            target: TARGET,
            "rpc",
            tf_req_id = %uuid::Uuid::new_v4(),
            tf_rpc = call.rpc,
            tf_provider_addr = self.provider_address,
            tf_proto_version = "6.11",
            tf_data_source_type = call.data_source,
            tf_resource_type = call.resource,
        );
        let stop = if call.runs_to_its_end { &Stop::default() } else { stop };
        guarded(call.rpc, stop, read, work).instrument(span).await
    }
}

async fn guarded<T: Default>(
    rpc: &'static str,
    stop: &Stop,
    read: Option<Read>,
    work: impl Future<Output = Outcome<T>>,
) -> Outcome<T> {
    tracing::trace!(target: TARGET, "Received request");
    tracing::trace!(target: TARGET, "Sending request downstream");
    let started = Instant::now();
    let stop = stop.next();
    let interrupted = async {
        match &read {
            Some(read) => read.interrupted().await,
            None => std::future::pending().await,
        }
    };
    let (response, diagnostics) = tokio::select! {
        biased;
        // A queued read of an interrupted run does not even start.
        () = ready(()), if read.as_ref().is_some_and(Read::is_interrupted) => stopped(rpc),
        outcome = AssertUnwindSafe(work).catch_unwind() => match outcome {
            Ok(outcome) => outcome,
            Err(payload) => (T::default(), panicked(rpc, payload.as_ref()).into()),
        },
        () = stop.cancelled() => stopped(rpc),
        () = interrupted => stopped(rpc),
    };
    log_response(started, &diagnostics);
    tracing::trace!(target: TARGET, "Served request");
    (response, diagnostics)
}

fn stopped<T: Default>(rpc: &str) -> Outcome<T> {
    (T::default(), messages::interrupted(rpc).into())
}

fn log_response(started: Instant, diagnostics: &Diagnostics) {
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::trace!(
        target: TARGET,
        tf_req_duration_ms = milliseconds,
        diagnostic_error_count = diagnostics.count(Severity::Error),
        diagnostic_warning_count = diagnostics.count(Severity::Warning),
        "Received downstream response"
    );
    for diagnostic in diagnostics {
        let summary = diagnostic.summary.as_str();
        let attribute = diagnostic.attribute.as_ref().map(ToString::to_string).unwrap_or_default();
        match diagnostic.severity {
            Severity::Error => tracing::error!(
                target: TARGET, diagnostic_severity = "ERROR", diagnostic_summary = summary,
                diagnostic_detail = diagnostic.detail.as_str(), diagnostic_attribute = attribute,
                "Response contains error diagnostic"
            ),
            Severity::Warning => tracing::warn!(
                target: TARGET, diagnostic_severity = "WARNING", diagnostic_summary = summary,
                diagnostic_detail = diagnostic.detail.as_str(), diagnostic_attribute = attribute,
                "Response contains warning diagnostic"
            ),
        }
    }
}

/// The error for a call that ended in a panic with this payload.
pub(super) fn panicked(rpc: &str, payload: &(dyn Any + Send)) -> Diagnostic {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    messages::panicked(rpc, text.unwrap_or("no message"))
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn summary(diagnostics: &Diagnostics) -> Vec<&str> {
        diagnostics.iter().map(|diagnostic| diagnostic.summary.as_str()).collect()
    }

    #[tokio::test]
    async fn panic_in_one_call_then_error_of_that_call_and_the_next_one_works() {
        let (frame, stop) = (Frame::new("a/b/c", Interrupts::default()), Stop::default());
        let (response, diagnostics) = frame.run(Call::of("Read"), &stop, async { panic!("boom {}", 1) }).await;
        let _: u8 = response;
        assert_eq!(summary(&diagnostics), ["The provider made a mistake"]);
        assert!(diagnostics.iter().all(|d| d.detail.contains("boom 1")));
        assert_eq!(frame.run(Call::of("Read"), &stop, async { (7, Diagnostics::default()) }).await.0, 7);
    }

    #[tokio::test]
    async fn stop_then_calls_in_flight_end_and_later_ones_do_not() {
        let (frame, stop) = (Frame::new("a/b/c", Interrupts::default()), Stop::default());
        let call = frame.run::<()>(Call::of("Read"), &stop, pending());
        let (((), diagnostics), ()) = tokio::join!(call, async { stop.stop() });
        assert_eq!(summary(&diagnostics), ["Interrupted"]);
        assert_eq!(frame.run(Call::of("Read"), &stop, async { (7, Diagnostics::default()) }).await.0, 7);
    }

    #[tokio::test]
    async fn interrupt_then_reads_in_flight_end_and_calls_that_may_write_do_not() {
        let interrupts = Interrupts::default();
        let (frame, stop) = (Frame::new("a/b/c", interrupts.clone()), Stop::default());
        let (finish, finished) = tokio::sync::oneshot::channel();
        let written = async { (finished.await.expect("finished"), Diagnostics::default()) };
        let write = frame.run(Call::of("Write"), &stop, written);
        let read = frame.run::<u8>(Call::of("Read").interruptible(), &stop, pending());
        let interrupt = async {
            interrupts.interrupt();
            tokio::task::yield_now().await;
            finish.send(7).expect("the write goes on");
        };
        let ((written, of_write), (_, of_read), ()) = tokio::join!(write, read, interrupt);
        assert_eq!((written, summary(&of_write), summary(&of_read)), (7, vec![], vec!["Interrupted"]));
    }

    #[tokio::test]
    async fn read_queued_behind_an_interrupted_one_then_it_does_not_start() {
        let interrupts = Interrupts::default();
        let (frame, stop) = (Frame::new("a/b/c", interrupts.clone()), Stop::default());
        let interrupt = async { interrupts.interrupt() };
        let read = frame.run::<u8>(Call::of("Read").interruptible(), &stop, pending());
        let ((_, first), ()) = tokio::join!(read, interrupt);
        assert_eq!(summary(&first), ["Interrupted"]);
        let read = frame.run::<u8>(Call::of("Read").interruptible(), &stop, async { panic!("started") });
        let (_, queued) = read.await;
        assert_eq!(summary(&queued), ["Interrupted"]);
    }
}
