/** How a subject bore one outage. */
export interface Score {
  /** With good tokens, while the endpoint was down. */
  good: number;
  /** Of those: answered with an error, or not at all. */
  goodRejected: number;
  bad: number;
  badAccepted: number;
  /** To the key endpoint, while it was down. */
  requests: number;
  /** Of those: in seconds in which calls came. */
  requestsWithCalls: number;
  secondsWithCalls: number;
  /** Unhandled rejections and exceptions: each would have ended the process. */
  unhandled: number;
}

export function emptyScore(): Score {
  return {
    good: 0,
    goodRejected: 0,
    bad: 0,
    badAccepted: 0,
    requests: 0,
    requestsWithCalls: 0,
    secondsWithCalls: 0,
    unhandled: 0,
  };
}
