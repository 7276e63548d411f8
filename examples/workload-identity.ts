/** No secret at all: the token of the pod's service account proves the client. For Kubernetes: `kubernetes/workload-identity.yaml`. */
import { TokenProvider } from 'm2m-token-provider';
import { clientAssertion } from 'm2m-token-provider/client-auth';
import { startWorkload } from './embedded/workload.js';

const workload = process.env.CLIENT_ASSERTION_FILE ? undefined : await startWorkload();
const { TOKEN_ENDPOINT, CLIENT_ID, CLIENT_ASSERTION_FILE = '' } = workload?.env ?? process.env;

const provider = new TokenProvider({
  tokenEndpoint: TOKEN_ENDPOINT,
  clientId: CLIENT_ID,
  authentication: clientAssertion({ file: CLIENT_ASSERTION_FILE }),
});
provider.on('refresh', ({ reason, durationMs }) => console.log(`a token (${reason}) in ${durationMs} ms`));
provider.on('failure', ({ error }) => console.log('failure:', error.message));

await provider.getToken();

// The kubelet replaces the file when most of its token's life is over. It is read again for each token request.
workload?.renew();
await provider.refresh();
console.log('no secret was needed');

await provider.close();
workload?.end();
