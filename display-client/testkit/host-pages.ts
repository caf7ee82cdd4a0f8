import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Disposable } from '../base/disposal.ts'

/** Colour of a page of the host that stands. */
export const HOST_COLOUR = [0, 120, 60]

/** The pages of an owner's own content, good ones and bad ones. */
export interface HostPages extends Disposable {
  readonly port: number
  /** @param host `127.0.0.1` or `localhost` */
  url(path: keyof typeof PAGES, host?: string): string
  /** What was asked for, in order. */
  readonly asked: readonly string[]
  /** What pages have told of themselves. */
  readonly told: readonly string[]
  dispose(): Promise<void>
}

const style = '<style>html{background:rgb(0,120,60)}</style>'
const tell = (body: string): string => `fetch('/tell', { method: 'POST', body: ${body} })`

const PAGES = {
  '/good': style,
  /** From now on its process does nothing else. */
  '/busy': `${style}<script>addEventListener('load', () => setTimeout(() => { ${tell("'busy'")}; setTimeout(() => { for (;;); }, 100) }, 100))</script>`,
  /** Everything that a page may not do in a frame of ours. */
  '/rude': `${style}<script>
    addEventListener('load', async () => {
      const said = []
      said.push('window ' + (window.open('/good') === null ? 'refused' : 'opened'))
      try { top.location = '/good'; said.push('top moved') } catch { said.push('top refused') }
      try { alert('hello') } catch {}
      const sound = new Audio('/sound')
      said.push('sound ' + await sound.play().then(() => 'played', (error) => error.name))
      const camera = navigator.mediaDevices?.getUserMedia({ video: true }) ?? Promise.reject(new Error('no such thing'))
      said.push('camera ' + await camera.then(() => 'given', () => 'refused'))
      said.push('screen ' + await document.documentElement.requestFullscreen().then(() => 'given', () => 'refused'))
      ${tell("said.join(', ')")}
    })
  </script>`,
  '/elsewhere': '',
  '/forbids': style,
  '/gone': '',
  '/silent': '',
  /** The connection ends in place of an answer. */
  '/cut': '',
} as const

/** One second of silence that a browser can play: 8 kHz, 8 bit, mono. */
function sound(): Buffer {
  const data = Buffer.alloc(8_000, 0x80)
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(8_000, 28)
  header.writeUInt16LE(1, 32)
  header.writeUInt16LE(8, 34)
  header.write('data', 36)
  header.writeUInt32LE(data.length, 40)
  return Buffer.concat([header, data])
}

/** Serves them on 127.0.0.1. @param elsewhere where `/elsewhere` leads to */
export async function startHostPages(elsewhere = 'http://127.0.0.1:9/'): Promise<HostPages> {
  const asked: string[] = []
  const told: string[] = []
  const http = createServer((request, response) => {
    const path = request.url ?? '/'
    asked.push(path)
    if (request.method === 'POST') {
      request.on('data', (chunk) => told.push(String(chunk)))
      request.on('end', () => response.end())
    } else if (path === '/silent') return
    else if (path === '/cut') request.socket.destroy()
    else if (path === '/sound') response.setHeader('content-type', 'audio/wav').end(sound())
    else if (path === '/elsewhere') response.writeHead(302, { location: elsewhere }).end()
    else if (path === '/gone' || !(path in PAGES)) response.writeHead(404).end('Not Found')
    else {
      if (path === '/forbids') response.setHeader('x-frame-options', 'DENY')
      response.setHeader('content-type', 'text/html')
      response.end(`<!doctype html>${PAGES[path as keyof typeof PAGES]}`)
    }
  })
  http.listen(0)
  await once(http, 'listening')
  const address = http.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    ...{ port, asked, told },
    url: (path, host = '127.0.0.1') => `http://${host}:${port}${path}`,
    async dispose() {
      http.closeAllConnections()
      http.close()
      await once(http, 'close')
    },
  }
}
