import { readFileSync } from 'node:fs';

/** A panel of the dashboard, as far as it is tried here. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly { readonly expression: string; readonly legend: string }[];
}

interface PanelJson {
  readonly title: string;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** The panels of examples/grafana/dashboard.json; with what Grafana would put in the place of its variables. */
export function readDashboard(rateInterval: string, job: string): Panel[] {
  const { panels } = JSON.parse(readFileSync('examples/grafana/dashboard.json', 'utf8')) as {
    panels: readonly PanelJson[];
  };
  return panels.map(({ title, fieldConfig, targets }) => ({
    title,
    unit: fieldConfig.defaults.unit,
    queries: targets.map(({ expr, legendFormat }) => ({
      expression: expr.replaceAll('$__rate_interval', rateInterval).replaceAll('$job', job),
      legend: legendFormat,
    })),
  }));
}

/** What stands beside a line: `{{name}}` is a label of its series. */
export function legendOf(format: string, labels: Readonly<Record<string, string>>): string {
  return format.replace(/\{\{(\w+)\}\}/g, (_, name: string) => labels[name] ?? '');
}
