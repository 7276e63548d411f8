const MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** The same rules with all their times divided: what takes ten minutes elsewhere takes ten seconds by a scale of 60. */
export function scaleRules(rules: string, scale: number): string {
  return rules.replace(
    /(\[|offset |for: )(\d+)([smh])\b/g,
    (_, before: string, count: string, unit: keyof typeof MS) =>
      `${before}${Math.round((Number(count) * MS[unit]) / scale)}ms`,
  );
}
