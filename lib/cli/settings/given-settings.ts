import type { OptionValues } from '../usage/command.js';
import { PLACES, PREFIXES, SETTINGS, type Setting } from './setting-names.js';

/** A value as it was written, and where. */
export interface GivenSetting {
  readonly value: string | true;
  /** Its flag or variable. */
  readonly from: string;
}

export type GivenSettings = ReadonlyMap<Setting['option'], GivenSetting>;

const SECRETS: readonly Setting['option'][] = ['clientSecret', 'secretFile'];

/** What is given for each setting. A flag wins over a variable, and `M2M_` over `ONELOGIN_`; what is empty is not given. */
export function collectSettings(values: OptionValues, env: Readonly<NodeJS.ProcessEnv>): GivenSettings {
  const given = new Map<Setting['option'], GivenSetting>();
  for (const find of waysOf(values, env)) {
    // A server, or a secret, that is named in a stronger way is not mixed with a weaker one.
    const taken = [PLACES, SECRETS].filter((group) => group.some((option) => given.has(option))).flat();
    for (const setting of SETTINGS) {
      const found = find(setting);
      if (found && !given.has(setting.option) && !taken.includes(setting.option))
        given.set(setting.option, found);
    }
  }
  return given;
}

type FindSetting = (setting: Setting) => GivenSetting | undefined;

/** The strongest first. */
function waysOf(values: OptionValues, env: Readonly<NodeJS.ProcessEnv>): readonly FindSetting[] {
  const byFlag: FindSetting = ({ flag }) =>
    flag === undefined ? undefined : valueFrom(`--${flag}`, values[flag]);
  const byVariable = (prefix: string): FindSetting => {
    return ({ variable }) => valueFrom(prefix + variable, env[prefix + variable]);
  };
  return [byFlag, ...PREFIXES.map(byVariable)];
}

function valueFrom(from: string, value: OptionValues[string]): GivenSetting | undefined {
  const isGiven = value === true || (typeof value === 'string' && value !== '');
  return isGiven ? { value, from } : undefined;
}
