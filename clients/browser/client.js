// Segment's SDK for browsers. It asks cdnURL for its settings, and Nodash answers that all events go to Nodash.
const query = new URLSearchParams(location.search)
const calls = Number(query.get('calls') ?? 10)
const paceMs = Number(query.get('pace') ?? 4)
const batching = query.has('batch')

const analytics = window.AnalyticsNext.AnalyticsBrowser.load(
  { writeKey: query.get('key'), cdnURL: query.get('url') },
  {
    retryQueue: true,
    integrations: {
      'Segment.io': {
        httpConfig: { rateLimitConfig: { maxRetryCount: 100 }, backoffConfig: { maxRetryCount: 100, maxBackoffInterval: 2 } },
        ...(batching && { deliveryStrategy: { strategy: 'batching', config: { size: 20, timeout: 200 } } }),
      },
    },
  })
window.sent = []
analytics.on('error', fault => log('failed', fault?.ctx?.event?.messageId, String(fault?.reason)))

function log(...words) {
  document.getElementById('log').append(words.join(' ') + '\n')
}

function call(n) {
  switch (n % 6) {
    case 0: return analytics.track('Order Completed', { n, total: 12.5 })
    case 1: return analytics.identify(`user-${n % 50}`, { plan: 'free', [`seen${n}`]: n })
    case 2: return analytics.page('Docs', 'Home', { n })
    case 3: return analytics.screen('Docs', 'Start', { n })
    case 4: return analytics.group('group-1', { seats: n })
    default: return analytics.alias(`user-${n % 50}`, `visitor-${n}`)
  }
}

for (let n = 0; n < calls; n++) {
  call(n).then(context => window.sent.push(context.event.messageId))
  await new Promise(resolve => setTimeout(resolve, paceMs))
}
window.done = true
