import { openApplication } from '../../day/subjects/azure-msal-node.js';
import { surroundingsOf } from '../surroundings.js';
import type { Room, Way } from '../way.js';

/** One application with a token for each scope. */
export function open({ endpoint, asked }: Room): Way {
  const application = openApplication(surroundingsOf(endpoint));
  const scopes = asked.map((place) => [`api-${place}`]);
  return {
    async ask(place) {
      const result = await application.acquireTokenByClientCredential({ scopes: scopes[place] as string[] });
      if (!result) throw new Error('There is no result.');
      return result.accessToken;
    },
  };
}
