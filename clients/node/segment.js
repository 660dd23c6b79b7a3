// Segment's SDK for Node.js, sending to Nodash.
import { Analytics } from '@segment/analytics-node'
import { sendAll, url, writeKey } from './calls.js'

const analytics = new Analytics({ host: url, writeKey, flushAt: 20, flushInterval: 200, maxRetries: 50 })
analytics.on('error', () => {}) // Told by the callback of each call too.

const settled = await sendAll((type, members) => new Promise((resolve, reject) =>
  analytics[type](members, (error, context) => {
    const { messageId } = context.event
    return error ? reject({ messageId, message: String(error) }) : resolve(messageId)
  })))
await analytics.closeAndFlush({ timeout: 120_000 })
await settled()
