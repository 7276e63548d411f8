import { LIBRARY, contestants as peers, versionOf } from '../day/contestants.js';

export interface Contestant {
  readonly name: string;
  readonly version: string;
  readonly isOwn: boolean;
  /** The subject's file, from `bench/`. */
  readonly file: string;
  readonly isGivenFetch: boolean;
  /** Where the package is, from here, for those that are one. */
  readonly packageAt?: string;
}

/** Wired here as they send requests by themselves; the others are wired as in a day of traffic. */
const BY_THEMSELVES = [LIBRARY, 'azure-core-rest-pipeline', 'ibm-cloud-sdk-core', 'openfga-sdk'];

export const contestants: readonly Contestant[] = [
  ...peers.map((peer) => {
    const { name, file, packageAt } = peer;
    const isGivenFetch = !BY_THEMSELVES.includes(file);
    return {
      name,
      version: versionOf(peer),
      isOwn: name === LIBRARY,
      file: `${isGivenFetch ? 'day' : 'start'}/subjects/${file}`,
      isGivenFetch,
      ...(packageAt && { packageAt }),
    };
  }),
  {
    name: 'bare node:http',
    version: '',
    isOwn: false,
    file: 'start/subjects/bare-request',
    isGivenFetch: false,
  },
];
