const HEAD = `# Surroundings

Where this library was tried, and what came of it. Each line is a small package of its own, with the packed library
installed: it gets a token, renews it, attaches it to axios, fetch and undici, meets a Redis that is down, and looks
whether all errors are of the classes that the main entry exports.

Written by \`npm run test:surroundings\`, which fails when one of them does. All ran on Node.js ${process.versions.node},
but for those that name another runtime.
`;

/** The page that tells of all surroundings. */
export function writePage(results) {
  const groups = [...new Set(results.map(({ surrounding }) => surrounding.group))];
  const tables = groups.map((group) => {
    const rows = results.filter(({ surrounding }) => surrounding.group === group).map(rowOf);
    return [`## ${group}`, '', '| surrounding | versions | result |', '|---|---|---|', ...rows, ''].join(
      '\n',
    );
  });
  return [HEAD, ...tables].join('\n');
}

function rowOf({ surrounding, versions, outcome, words }) {
  return `| ${surrounding.name} | ${versions.join(', ')} | ${resultOf({ surrounding, outcome, words })} |`;
}

function resultOf({ surrounding, outcome, words }) {
  if (outcome === 'missing') return `not to be had here: ${words}`;
  if (outcome === 'failed') return `**fails**: ${words.replaceAll('|', '\\|')}`;
  return surrounding.note ? `works, ${surrounding.note}` : 'works';
}
