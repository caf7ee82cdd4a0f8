import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectAsync } from 'mqtt'
import sirv from 'sirv'
import { WebSocket, WebSocketServer } from 'ws'

/**
 * The least that stands between a broker and a picture: a process that passes each MQTT message on to a page. It prints its
 * address, then for each message when that was painted, as the player does.
 *
 * The page has one line of text, which is the least of all; or, with a folder of {@link PICTURES}, it puts one of two pictures in place
 * of the other: the work of a panel without any code of ours.
 *
 * `relay.ts <broker> <topic> <bytes of a message to the page> [<folder>]`
 */

const [broker = '', topic = '', size = '0', folder] = process.argv.slice(2)

/** The elements of each picture; their photos lie beside them, under the path from which they are asked for. */
const PICTURES = ['0.html', '1.html'] as const

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')

/** What draws message `count`, and the elements that it needs. */
const [elements, draw] =
  folder === undefined
    ? ['<p id="text">-</p>', "document.getElementById('text').textContent = 'message ' + count"]
    : [
        `${stylesheets()}<style>kijkuit-panel { height: 100% }</style><kijkuit-panel></kijkuit-panel>${PICTURES.map(
          (name) => `<template>${readFileSync(join(folder, name), 'utf8')}</template>`,
        ).join('')}`,
        'panel.replaceChildren(pictures[(count - 1) % pictures.length])',
      ]

/** The type and the places of the elements; no script. */
function stylesheets(): string {
  return [...read('../../dist/screen/index.html').matchAll(/<link rel="stylesheet"[^>]*>/g)].join('')
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>floor</title>${elements}<script type="module" src="/page.js"></script>`

/** The same way of knowing that a frame was painted as the page of a panel has. */
const SCRIPT = `${stripTypeScriptTypes(read('../../display-client/screen/painted.ts'))}
const socket = new WebSocket('ws://' + location.host)
const panel = document.querySelector('kijkuit-panel')
const pictures = [...document.querySelectorAll('template')].map(({ content }) => content.firstElementChild)
socket.onmessage = ({ data }) => {
  const { count } = JSON.parse(data)
  ${draw}
  afterPaint((_, at) => socket.send(JSON.stringify({ count, at })))
}
`

const screen = sirv(fileURLToPath(new URL('../../dist/screen', import.meta.url)))
const photos = sirv(folder ?? '.', {
  setHeaders: (response) => response.setHeader('content-type', 'image/jpeg'),
})
const server = createServer((request, response) => {
  if (request.url === '/page.js') response.setHeader('content-type', 'text/javascript').end(SCRIPT)
  else if (request.url === '/') response.setHeader('content-type', 'text/html').end(PAGE)
  else if (request.url?.startsWith('/media/')) photos(request, response)
  else screen(request, response)
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
