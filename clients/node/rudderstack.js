// RudderStack's SDK for Node.js, sending to Nodash.
import Analytics from '@rudderstack/rudder-sdk-node'
import { randomUUID } from 'node:crypto'
import { sendAll, url, writeKey } from './calls.js'

const analytics = new Analytics(writeKey, {
  dataPlaneUrl: url,
  flushAt: 20,
  flushInterval: 200,
  retryCount: 50,
  axiosRetryConfig: { retryDelay: attempt => Math.min(100 * 2 ** attempt, 2000) },
  errorHandler: () => {}, // Told by the callback of each call too.
})

const settled = await sendAll((type, members) => new Promise((resolve, reject) => {
  const messageId = randomUUID()
  analytics[type]({ ...members, messageId }, error =>
    error ? reject({ messageId, message: String(error.message ?? error) }) : resolve(messageId))
}))
while (analytics.queue.length > 0) await analytics.flush() // Twenty at a time.
await settled()
