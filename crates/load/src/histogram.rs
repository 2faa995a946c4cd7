//! Latency, kept as counts per bucket: which quantile of the requests took how long.

/// Buckets per power of two; a value is off by at most 1/64 of itself.
const STEPS: u64 = 64;
const STEPS_LOG2: u32 = STEPS.trailing_zeros();

/// A log-linear histogram of microseconds: constant memory, and recording is a few
/// instructions, because it runs on the cores that are being measured.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    max: u64,
}

impl Histogram {
    /// Counts one latency in microseconds.
    pub fn record(&mut self, micros: u64) {
        let bucket = bucket_of(micros);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.total += 1;
        self.max = self.max.max(micros);
    }

    pub fn merge(&mut self, other: &Histogram) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    /// The largest latency, exactly, in microseconds.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The latency in microseconds that `quantile` (0 to 1) of the requests did not
    /// exceed; 0 when nothing was recorded.
    pub fn quantile(&self, quantile: f64) -> u64 {
        let rank = ((self.total as f64 * quantile).ceil() as u64).clamp(1, self.total.max(1));
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return upper_bound(bucket).min(self.max);
            }
        }
        self.max
    }
}

fn bucket_of(value: u64) -> usize {
    if value < STEPS {
        return value as usize;
    }
    let shift = value.ilog2() - STEPS_LOG2;
    // The top bits, one to the left of STEPS, choose the step within the power of two.
    (u64::from(shift) * STEPS + (value >> shift)) as usize
}

fn upper_bound(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < STEPS {
        return bucket;
    }
    let shift = bucket / STEPS - 1;
    let step = bucket % STEPS + STEPS;
    ((step + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_within_its_bucket_and_a_sixty_fourth() {
        for value in (0..5_000).chain([65_535, 65_536, 1_000_000, 60_000_000, u64::from(u32::MAX)]) {
            let upper = upper_bound(bucket_of(value));
            assert!(upper >= value, "{value} is above its bucket's end {upper}");
            assert!(upper - value <= value / STEPS, "{value} is too far from {upper}");
        }
    }

    #[test]
    fn buckets_are_contiguous() {
        for bucket in 1..2_000 {
            assert_eq!(bucket_of(upper_bound(bucket - 1) + 1), bucket);
        }
    }

    #[test]
    fn quantiles_of_one_to_a_hundred() {
        let mut histogram = Histogram::default();
        (1..=100).for_each(|micros| histogram.record(micros));
        assert_eq!(histogram.quantile(0.5), 50);
        assert_eq!(histogram.quantile(0.99), 99);
        assert_eq!(histogram.quantile(1.0), 100);
        assert_eq!(histogram.max(), 100);
    }

    #[test]
    fn one_outlier_is_the_maximum_and_not_the_median() {
        let mut histogram = Histogram::default();
        (0..999).for_each(|_| histogram.record(10));
        histogram.record(1_000_000);
        assert_eq!(histogram.quantile(0.99), 10);
        assert_eq!(histogram.quantile(0.9999), 1_000_000);
    }

    #[test]
    fn an_empty_histogram_answers_zero() {
        assert_eq!(Histogram::default().quantile(0.5), 0);
    }

    #[test]
    fn merging_counts_both() {
        let (mut short, mut long) = (Histogram::default(), Histogram::default());
        short.record(3);
        long.record(9_000);
        short.merge(&long);
        assert_eq!((short.total, short.max(), short.quantile(0.5)), (2, 9_000, 3));
    }
}
