import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { connectAsync } from 'mqtt'
import { WebSocket, WebSocketServer } from 'ws'

/**
 * The least that stands between a broker and a picture: a process that passes each MQTT message on to a page of one line of
 * text. It prints its address, then for each message when that was painted, as the player does.
 *
 * `relay.ts <broker> <topic> <bytes of a message to the page>`
 */

const [broker = '', topic = '', size = '0'] = process.argv.slice(2)

const PAGE =
  '<!doctype html><title>floor</title><p id="text">-</p><script type="module" src="/page.js"></script>'

/** The same way of knowing that a frame was painted as the page of a panel has. */
const SCRIPT = `${stripTypeScriptTypes(readFileSync(new URL('../../display-client/screen/painted.ts', import.meta.url), 'utf8'))}
const socket = new WebSocket('ws://' + location.host)
const text = document.getElementById('text')
socket.onmessage = ({ data }) => {
  const { count } = JSON.parse(data)
  text.textContent = 'message ' + count
  afterPaint((_, at) => socket.send(JSON.stringify({ count, at })))
}
`

const server = createServer((request, response) => {
  const isScript = request.url === '/page.js'
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? SCRIPT : PAGE)
})
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket) => {
  socket.on('message', (answer) => {
    process.stdout.write(`${answer}\n`)
  })
})
const client = await connectAsync(broker, { protocolVersion: 5 })
let count = 0
const padding = ' '.repeat(Number(size))
client.on('message', () => {
  count += 1
  for (const socket of sockets.clients)
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ count, padding }))
})
await client.subscribeAsync(topic, { qos: 1 })
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`{"url":"http://127.0.0.1:${address?.port}/"}\n`)
})
