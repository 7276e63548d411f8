/** In a new process: how long it takes to import a package. Prints ms. Argument: its name. */
const [name = ''] = process.argv.slice(2);
const startedAt = performance.now();
await import(name);
console.log(performance.now() - startedAt);
process.exit();
