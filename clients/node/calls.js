// What every client here sends: calls of all types in turn, at a steady pace, and a line for what became of each.

const types = ['track', 'identify', 'page', 'screen', 'group', 'alias']

export const url = process.env.NODASH_URL ?? 'http://localhost:3001'
export const writeKey = process.env.WRITE_KEY ?? 'demo-api-key-tenant1'
const calls = Number(process.env.CALLS ?? 10)
const paceMs = Number(process.env.PACE_MS ?? 4)

/** The n-th call: its type and its members, as the SDKs take them. */
function call(n) {
  const userId = `user-${n % 50}`
  switch (types[n % types.length]) {
    case 'track': return ['track', { userId, event: 'Order Completed', properties: { n, total: 12.5 } }]
    case 'identify': return ['identify', { userId, traits: { plan: 'free', [`seen${n}`]: n } }]
    case 'page': return ['page', { anonymousId: `visitor-${n}`, name: 'Home', properties: { path: '/' } }]
    case 'screen': return ['screen', { anonymousId: `visitor-${n}`, name: 'Start', properties: { n } }]
    case 'group': return ['group', { userId, groupId: 'group-1', traits: { seats: n } }]
    default: return ['alias', { userId, previousId: `visitor-${n}` }]
  }
}

/** Sends all calls; `send` gives a promise of the message id, which fails with `{ messageId, message }`. */
export async function sendAll(send) {
  const pending = []
  for (let n = 0; n < calls; n++) {
    pending.push(send(...call(n)).then(
      id => console.log('delivered', id),
      fault => console.log('failed', fault.messageId, fault.message)))
    await new Promise(resolve => setTimeout(resolve, paceMs))
  }
  return () => Promise.all(pending)
}
