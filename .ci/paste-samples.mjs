/** Pastes the samples of the README where the package is installed, as a new user would: as ES modules and as CommonJS. */
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

/**
 * @param folder where the packed package is installed, with axios and undici
 * @returns how many samples ran
 */
export async function pasteSamples(root, folder) {
  const readme = fs.readFileSync(path.join(folder, 'node_modules/m2m-token-provider/README.md'), 'utf8');
  const samples = [...readme.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  const server = spawn(process.execPath, ['--import', 'tsx', 'examples/embedded/serve.ts'], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const addresses = await readAddresses(server.stdout);
    for (const [index, sample] of samples.entries()) {
      const code = sample
        .replaceAll('http://127.0.0.1:8470/oidc/2/token', addresses['token endpoint'])
        .replaceAll('http://127.0.0.1:8471', addresses.API);
      paste(folder, `sample-${index}.mjs`, code);
      paste(folder, `sample-${index}.cjs`, toCommonJs(code));
    }
  } finally {
    server.kill();
  }
  return samples.length;
}

async function readAddresses(stdout) {
  const addresses = {};
  for await (const line of createInterface(stdout)) {
    const [, name, value] = /^(\S.*?) {2,}(\S+)$/.exec(line) ?? [];
    if (name) addresses[name] = value;
    if (name === 'API') return addresses;
  }
  throw new Error('npm run server printed no addresses.');
}

function paste(folder, file, code) {
  fs.writeFileSync(path.join(folder, file), code);
  const output = execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  if (!/token of \d+ characters|carried: 'Bearer |new token/.test(output)) {
    throw new Error(`${file} of the README printed:\n${output}`);
  }
}

function toCommonJs(code) {
  const required = code.replace(/^import (.+?) from '(.+?)';/gm, "const $1 = require('$2');");
  return `async function main() {\n${required}}\nmain();\n`;
}
