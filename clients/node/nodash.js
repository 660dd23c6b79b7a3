// No SDK: fetch, and the three paths that a client needs at least.
import { randomUUID } from 'node:crypto'
import { sendAll, url, writeKey } from './calls.js'

const patience = 60_000

async function post(path, body) {
  const until = Date.now() + patience
  for (;;) {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': writeKey },
      body: JSON.stringify(body),
    }).catch(error => error)
    if (response.ok) return body.messageId
    // What did not arrive, and what Nodash could not take, is sent again under the same message id.
    const again = response instanceof Error || response.status === 429 || response.status >= 500
    if (!again || Date.now() > until) {
      throw { messageId: body.messageId, message: String(response.status ?? response) }
    }
    const seconds = response instanceof Error ? 0.2 : Number(response.headers.get('retry-after') ?? 1)
    await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  }
}

const health = await fetch(`${url}/health`)
if (!health.ok) throw new Error(`Nodash is not well: ${await health.text()}`)
const settled = await sendAll((type, members) => type === 'identify'
  ? post('/identify', { ...members, messageId: randomUUID() })
  : post('/track', { event: members.event ?? type, ...members, messageId: randomUUID() }))
await settled()
