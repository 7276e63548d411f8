/** Given by `--import`: what sends token requests is loaded from dist, as users have it, and not from the packages that went into it. */
import module from 'node:module';

const url = new URL('../dist/shared/Axios.js', import.meta.url).href;
const hooks = `export function resolve(specifier, context, next) {
  if (specifier !== 'axios/unsafe/core/Axios.js') return next(specifier, context);
  return { url: '${url}', format: 'module', shortCircuit: true };
}`;
module.register(`data:text/javascript,${encodeURIComponent(hooks)}`);
