/**
 * One measurement in a process of its own: sends its result to the parent.
 * Arguments: the measurement's file, and what it is to measure, as JSON.
 */
const [file, parameters = '{}'] = process.argv.slice(2);
const { measure } = (await import(`./measurements/${file}.js`)) as {
  measure: (parameters: object) => Promise<object>;
};
const result = await measure(JSON.parse(parameters));
process.send?.(result, () => process.exit());
