import type { AccessToken } from '../../index.js';
import { UsageError } from '../usage/usage-error.js';

const GROUP = 'client.authentication.k8s.io';
const VERSIONS = [`${GROUP}/v1`, `${GROUP}/v1beta1`];

/**
 * The version of the protocol that kubectl speaks, by `KUBERNETES_EXEC_INFO`. It sets that for each plug-in; whoever tries this by
 * hand need not.
 * @throws {UsageError} when it is one that is not known
 * @see {@link https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins}
 */
export function readApiVersion({ KUBERNETES_EXEC_INFO: info }: Readonly<NodeJS.ProcessEnv>): string {
  if (!info) return VERSIONS[0] as string;
  const version = versionIn(info);
  if (VERSIONS.includes(version)) return version;
  throw new UsageError(
    `KUBERNETES_EXEC_INFO: asks for another version. Write apiVersion: ${VERSIONS[0]} into the exec part of the kubeconfig.`,
  );
}

function versionIn(info: string): string {
  try {
    const { apiVersion } = JSON.parse(info) as { apiVersion?: unknown };
    return String(apiVersion);
  } catch {
    return '';
  }
}

/** The credential for kubectl and other clients of Kubernetes, which keep it in memory until it is due. */
export function execCredential({ value, dueAt }: AccessToken, apiVersion: string): string {
  const expirationTimestamp = new Date(dueAt).toISOString();
  return `${JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: value, expirationTimestamp } })}\n`;
}
