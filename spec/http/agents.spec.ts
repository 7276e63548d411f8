import http from 'node:http';
import https from 'node:https';
import { expect } from 'chai';
import sinon from 'sinon';
import { passiveAgents } from '../../lib/http/agents.js';

describe('passiveAgents', () => {
  const own = new AbortController();
  const { httpAgent, httpsAgent } = passiveAgents(own.signal);
  const cases: [http.Agent, typeof http.Agent][] = [
    [httpAgent, http.Agent],
    [httpsAgent, https.Agent],
  ];
  for (const [agent, Base] of cases) {
    it(`let the process end while a socket of an ${agent.constructor.name} is open`, () => {
      const unref = sinon.spy();
      const create = sinon.stub(Base.prototype, 'createConnection').returns({ unref } as never);
      try {
        agent.createConnection({});
        expect(unref.callCount).to.equal(1);
      } finally {
        create.restore();
      }
    });

    it(`hand on what an ${agent.constructor.name} cannot let go of`, () => {
      const stream = {};
      const create = sinon.stub(Base.prototype, 'createConnection').returns(stream as never);
      try {
        expect(agent.createConnection({})).to.equal(stream);
      } finally {
        create.restore();
      }
    });

    it(`keep no connection of an ${agent.constructor.name} open`, () => {
      expect((agent as http.Agent & { keepAlive: boolean }).keepAlive).to.equal(false);
    });
  }

  it('hand the signal on to whoever makes connections with their options', () => {
    for (const agent of [httpAgent, httpsAgent])
      expect(agent).to.have.nested.property('options.signal', own.signal);
  });
});
