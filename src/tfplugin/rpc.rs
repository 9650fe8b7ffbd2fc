//! The frame around every call: request id, log lines, cancellation, panic guard and duration.
//!
//! Log keys and messages, and their order, are those of the Go SDKs, so that filters written for other providers work here too.

use std::any::Any;
use std::future::ready;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::interrupts::{Interrupts, Read};
use crate::terraform::{Diagnostic, Diagnostics, Severity, messages};

/// The log target of the protocol's own lines; the host shows it as the module.
const TARGET: &str = "sdk.proto";

/// Which call it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    /// The method's name.
    pub(super) rpc: &'static str,
    /// The data source that it is about; empty for the other calls.
    pub(super) data_source: &'a str,
}

impl Call<'_> {
    /// A call that is not about a data source.
    pub(super) const fn of(rpc: &'static str) -> Self {
        Self { rpc, data_source: "" }
    }
}

/// Frames the calls of one connection.
pub(super) struct Frame {
    provider_address: &'static str,
    stop: Mutex<CancellationToken>,
    interrupts: Interrupts,
}

impl Frame {
    pub(super) fn new(provider_address: &'static str, interrupts: Interrupts) -> Self {
        Self { provider_address, stop: Mutex::default(), interrupts }
    }

    /// Ends the calls in flight. Calls that come later are not affected.
    pub(super) fn stop(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *stop).cancel();
    }

    /// Runs one call. Whatever happens to `work`, there is an answer: if it is stopped or panics, a default one
    /// with an error.
    pub(super) async fn run<T: Default>(
        &self,
        call: Call<'_>,
        work: impl Future<Output = (T, Diagnostics)>,
    ) -> (T, Diagnostics) {
        self.run_in_span(call, None, work).await
    }

    /// Runs a call that changes nothing: an interrupt from the terminal ends it as well.
    pub(super) async fn run_read<T: Default>(
        &self,
        call: Call<'_>,
        work: impl Future<Output = (T, Diagnostics)>,
    ) -> (T, Diagnostics) {
        self.run_in_span(call, Some(self.interrupts.start_read()), work).await
    }

    async fn run_in_span<T: Default>(
        &self,
        call: Call<'_>,
        read: Option<Read>,
        work: impl Future<Output = (T, Diagnostics)>,
    ) -> (T, Diagnostics) {
        // At every level: an error's line needs these keys most.
        let span = tracing::error_span!(
            target: TARGET,
            "rpc",
            tf_req_id = %uuid::Uuid::new_v4(),
            tf_rpc = call.rpc,
            tf_provider_addr = self.provider_address,
            tf_proto_version = "6.11",
            tf_data_source_type = call.data_source,
        );
        self.guarded(call.rpc, read, work).instrument(span).await
    }

    async fn guarded<T: Default>(
        &self,
        rpc: &'static str,
        read: Option<Read>,
        work: impl Future<Output = (T, Diagnostics)>,
    ) -> (T, Diagnostics) {
        tracing::trace!(target: TARGET, "Received request");
        tracing::trace!(target: TARGET, "Sending request downstream");
        let started = Instant::now();
        let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let interrupted = async {
            match &read {
                Some(read) => read.interrupted().await,
                None => std::future::pending().await,
            }
        };
        let (answer, diagnostics) = tokio::select! {
            biased;
            // A queued read of an interrupted run does not even start.
            () = ready(()), if read.as_ref().is_some_and(Read::is_interrupted) => stopped(rpc),
            outcome = AssertUnwindSafe(work).catch_unwind() => match outcome {
                Ok(answered) => answered,
                Err(payload) => (T::default(), panicked(rpc, payload.as_ref()).into()),
            },
            () = stop.cancelled() => stopped(rpc),
            () = interrupted => stopped(rpc),
        };
        log_answer(started, &diagnostics);
        tracing::trace!(target: TARGET, "Served request");
        (answer, diagnostics)
    }
}

fn stopped<T: Default>(rpc: &str) -> (T, Diagnostics) {
    (T::default(), messages::interrupted(rpc).into())
}

fn log_answer(started: Instant, diagnostics: &Diagnostics) {
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

fn panicked(rpc: &str, payload: &(dyn Any + Send)) -> Diagnostic {
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
        let frame = Frame::new("a/b/c", Interrupts::default());
        let (answer, diagnostics) = frame.run(Call::of("Read"), async { panic!("boom {}", 1) }).await;
        let _: u8 = answer;
        assert_eq!(summary(&diagnostics), ["The provider made a mistake"]);
        assert!(diagnostics.iter().all(|d| d.detail.contains("boom 1")));
        assert_eq!(frame.run(Call::of("Read"), async { (7, Diagnostics::default()) }).await.0, 7);
    }

    #[tokio::test]
    async fn stop_then_calls_in_flight_end_and_later_ones_do_not() {
        let frame = Frame::new("a/b/c", Interrupts::default());
        let call = frame.run::<()>(Call::of("Read"), pending());
        let stop = async { frame.stop() };
        let (((), diagnostics), ()) = tokio::join!(call, stop);
        assert_eq!(summary(&diagnostics), ["Interrupted"]);
        assert_eq!(frame.run(Call::of("Read"), async { (7, Diagnostics::default()) }).await.0, 7);
    }
    #[tokio::test]
    async fn interrupt_then_reads_in_flight_end_and_calls_that_may_write_do_not() {
        let interrupts = Interrupts::default();
        let frame = Frame::new("a/b/c", interrupts.clone());
        let (finish, finished) = tokio::sync::oneshot::channel();
        let write = frame.run(Call::of("Write"), async { (finished.await.expect("finished"), Diagnostics::default()) });
        let read = frame.run_read::<u8>(Call::of("Read"), pending());
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
        let frame = Frame::new("a/b/c", interrupts.clone());
        let interrupt = async { interrupts.interrupt() };
        let ((_, first), ()) = tokio::join!(frame.run_read::<u8>(Call::of("Read"), pending()), interrupt);
        assert_eq!(summary(&first), ["Interrupted"]);
        let (_, queued) = frame.run_read::<u8>(Call::of("Read"), async { panic!("started") }).await;
        assert_eq!(summary(&queued), ["Interrupted"]);
    }
}
