import fs from 'node:fs';
import path from 'node:path';

/** The licenses of the packages that these files belong to: each asks to go along with its code. */
export function collectLicenses(files) {
  const packages = [...new Set(files.map(packageFolder))].sort();
  return ['The files in this folder contain code of these packages.', ...packages.map(readLicense)].join(
    '\n\n',
  );
}

const PACKAGE_FOLDER = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

const packageFolder = (file) => PACKAGE_FOLDER.exec(file)[0];

function readLicense(folder) {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const text = licenseFile(folder) ?? licenseInReadme(folder);
  if (!text) throw new Error(`${name} comes without its license.`);
  return `${name} ${version} (${license})\n${'='.repeat(78)}\n${text}`;
}

function licenseFile(folder) {
  const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return file && fs.readFileSync(path.join(folder, file), 'utf8').trim();
}

/** Some tell it at the end of their README alone. */
function licenseInReadme(folder) {
  const text = fs.readFileSync(path.join(folder, 'README.md'), 'utf8');
  const [, ...said] = text.split(/^(?:#+ *License|License\n-+)\n/im);
  return said.find((part) => part.includes('Copyright'))?.trim();
}
