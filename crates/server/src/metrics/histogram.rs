//! A histogram that counts without a lock.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use prometheus_client::{
    encoding::{EncodeMetric, MetricEncoder, NoLabelSet},
    metrics::{MetricType, TypedMetric},
};

/// Counts whole numbers; shows them divided by `per_unit`. A clone counts into the same buckets.
#[derive(Clone, Debug)]
pub struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// Upper bounds, inclusive, ascending.
    bounds: &'static [u64],
    /// One more than `bounds`: the last is for what is above all of them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
    per_unit: f64,
}

impl Histogram {
    pub(super) fn new(bounds: &'static [u64], per_unit: f64) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Inner { bounds, counts, sum: AtomicU64::new(0), per_unit }))
    }

    pub fn observe(&self, value: u64) {
        let bucket = self.0.bounds.partition_point(|bound| *bound < value);
        self.0.counts[bucket].fetch_add(1, Relaxed);
        self.0.sum.fetch_add(value, Relaxed);
    }
}

impl Histogram {
    /// How often so far, by upper bounds; `u64::MAX` for what is above all of them.
    pub fn so_far(&self) -> Vec<(u64, u64)> {
        let bounds = self.0.bounds.iter().copied().chain([u64::MAX]);
        bounds.zip(self.0.counts.iter().map(|count| count.load(Relaxed))).collect()
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        let Inner { bounds, counts, sum, per_unit } = &*self.0;
        let shown = bounds.iter().map(|bound| *bound as f64 / per_unit).chain([f64::INFINITY]);
        let buckets: Vec<_> = shown.zip(counts.iter().map(|count| count.load(Relaxed))).collect();
        // Summed from what is shown, so that the last bucket and the count always agree.
        let count = buckets.iter().map(|(_, count)| count).sum();
        encoder.encode_histogram::<NoLabelSet>(sum.load(Relaxed) as f64 / per_unit, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}
