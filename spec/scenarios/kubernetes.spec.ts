import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';

type Variable = { name: string; valueFrom: Record<string, { name: string; key: string }> };

describe('the example for Kubernetes', () => {
  const documents = parseAllDocuments(readFileSync('examples/kubernetes/fleet.yaml', 'utf8'));
  const objects = documents.map((document) => document.toJS());
  const find = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const program = readFileSync('examples/fleet-on-redis.ts', 'utf8');

  it('can be read', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).to.deep.equal([]);
    expect(objects.map(({ kind }) => kind)).to.deep.equal([
      'ConfigMap',
      'Deployment',
      'Service',
      'NetworkPolicy',
      'Deployment',
    ]);
  });

  it('sets the variables that the program of the example reads, and no others', () => {
    const { env } = find('Deployment', 'things-service').spec.template.spec.containers[0];
    const read = program.match(/\b(?:REDIS|TOKEN_STORE|ONELOGIN)_[A-Z_]+/g);
    expect(env.map(({ name }: Variable) => name).sort()).to.deep.equal([...new Set(read)].sort());
    for (const { valueFrom } of env as Variable[]) {
      const [[kind, { name, key }] = ['', { name: '', key: '' }]] = Object.entries(valueFrom);
      expect(name).to.equal('m2m-token-provider');
      if (kind === 'configMapKeyRef') expect(find('ConfigMap', name).data).to.have.property(key);
      else expect(kind).to.equal('secretKeyRef');
    }
  });

  it('leads each pod to the Redis that it brings', () => {
    const { host, port } = new URL(find('ConfigMap', 'm2m-token-provider').data['redis-url']);
    const { metadata, spec } = find('Service', host.split(':')[0] ?? '');
    const store = find('Deployment', metadata.name).spec.template;
    expect(spec.selector).to.deep.equal(store.metadata.labels);
    expect([spec.ports[0].port, store.spec.containers[0].ports[0].containerPort]).to.deep.equal([
      Number(port),
      Number(port),
    ]);
  });

  it('holds no secret', () => {
    expect(objects.some(({ kind }) => kind === 'Secret')).to.equal(false);
  });
});

describe('the example of a workload identity for Kubernetes', () => {
  const documents = parseAllDocuments(readFileSync('examples/kubernetes/workload-identity.yaml', 'utf8'));
  const objects = documents.map((document) => document.toJS());
  const find = (kind: string) => objects.find((object) => object.kind === kind);
  const program = readFileSync('examples/workload-identity.ts', 'utf8');
  const { spec } = find('Deployment').spec.template;
  const [container] = spec.containers;
  const variable = (wanted: string) =>
    container.env.find(({ name }: Variable) => name === wanted) as Variable & { value: string };

  it('can be read', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).to.deep.equal([]);
    expect(objects.map(({ kind }) => kind)).to.deep.equal(['ServiceAccount', 'ConfigMap', 'Deployment']);
  });

  it('sets the variables that the program of the example reads, and no others', () => {
    const read = program.match(/\b(?:TOKEN|CLIENT)_[A-Z_]+/g);
    expect(container.env.map(({ name }: Variable) => name).sort()).to.deep.equal([...new Set(read)].sort());
    for (const name of ['TOKEN_ENDPOINT', 'CLIENT_ID'])
      expect(find('ConfigMap').data).to.have.property(variable(name).valueFrom.configMapKeyRef?.key ?? '');
  });

  it('mounts the token of its own account where the program looks for it, as a folder', () => {
    const [{ name, mountPath, subPath }] = container.volumeMounts;
    const volume = spec.volumes.find((one: { name: string }) => one.name === name);
    const [{ serviceAccountToken: token }] = volume.projected.sources;
    expect(`${mountPath}/${token.path}`).to.equal(variable('CLIENT_ASSERTION_FILE').value);
    expect(subPath).to.equal(undefined);
    expect(token.expirationSeconds).to.be.at.least(600);
    expect(token.audience).to.equal(find('ConfigMap').data['token-endpoint']);
    expect(spec.serviceAccountName).to.equal(find('ServiceAccount').metadata.name);
  });

  it('holds no secret, and gives the account no token for the cluster', () => {
    expect(JSON.stringify(objects)).to.not.match(/secretKeyRef|"kind":"Secret"/);
    expect(find('ServiceAccount').automountServiceAccountToken).to.equal(false);
  });
});
