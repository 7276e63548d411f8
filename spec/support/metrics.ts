import {
  MeterProvider,
  type MetricData,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/** One point of a metric: its attributes, and its value; of a histogram, how many and how much in all. */
export interface Point {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: number | { readonly count: number; readonly sum: number };
}

interface HistogramValue {
  readonly count: number;
  readonly sum: number;
  readonly buckets: { readonly boundaries: readonly number[] };
}

class ManualReader extends MetricReader {
  protected override onForceFlush = () => Promise.resolve();
  protected override onShutdown = () => Promise.resolve();
}

/** The metrics SDK of OpenTelemetry, read on demand. */
export class Metrics {
  readonly #reader = new ManualReader();
  readonly provider = new MeterProvider({ readers: [this.#reader] });
  readonly meter = this.provider.getMeter('spec');

  /** What an exporter is given. */
  async collectAll(): Promise<ResourceMetrics> {
    const { resourceMetrics, errors } = await this.#reader.collect();
    if (errors.length > 0) throw errors[0];
    return resourceMetrics;
  }

  async collect(): Promise<MetricData[]> {
    const { scopeMetrics } = await this.collectAll();
    return scopeMetrics.flatMap(({ metrics }) => metrics);
  }

  /** The points of one metric; none where nothing was recorded. */
  async points(name: string): Promise<Point[]> {
    const metric = (await this.collect()).find(({ descriptor }) => descriptor.name === name);
    return (metric?.dataPoints ?? []).map(({ attributes, value }) => {
      if (typeof value === 'number') return { attributes, value };
      const { count, sum } = value as HistogramValue;
      return { attributes, value: { count, sum } };
    });
  }

  /** The boundaries of the buckets of a histogram that has been recorded. */
  async boundaries(name: string): Promise<readonly number[]> {
    const metric = (await this.collect()).find(({ descriptor }) => descriptor.name === name);
    const value = metric?.dataPoints[0]?.value as HistogramValue | undefined;
    return value?.buckets.boundaries ?? [];
  }

  async close(): Promise<void> {
    await this.provider.shutdown();
  }
}
