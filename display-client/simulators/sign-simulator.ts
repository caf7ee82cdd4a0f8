import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { SeenPage, SignModel, SimulatedSign } from './sign-model.ts'

/** How a sign behaves. */
export type Behaviour =
  | 'well'
  /** Says NAK to everything. */
  | 'refuses'
  /** Says things that are none of its protocol. */
  | 'babbles'
  | 'says nothing'
  /** Breaks off after the first byte of each answer. */
  | 'breaks off'

/** A sign on the network. Everything but `well` neither understands nor shows what it is told. */
export class SignSimulator implements SimulatedSign {
  readonly model: SignModel
  onTold: () => void = () => {}
  behaviour: Behaviour = 'well'
  /** Every byte that came, of all connections. */
  readonly received: number[] = []
  /** Connections that were made. */
  connections = 0
  readonly #decoy: SignModel
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #hasPower = true
  #port: number

  /**
   * @param make a sign with nothing on it but what its owner put there
   * @param port 0 = any free one
   */
  constructor(make: () => SignModel, port = 0) {
    this.#port = port
    this.model = make()
    this.#decoy = make()
  }

  /** `host:port` of the sign, the same after each start. */
  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  get pages(): readonly SeenPage[] {
    return this.#hasPower ? [{ dwell: 0, seen: this.model.seen }] : []
  }

  async powerOff(): Promise<void> {
    this.#hasPower = false
    this.model.loseMemory()
    await this.stop()
  }

  async powerOn(): Promise<void> {
    this.#hasPower = true
    await this.start()
  }

  /** Switches the network side on. */
  async start(): Promise<void> {
    const server = createServer((socket) => this.#welcome(socket))
    this.#server = server
    await new Promise<void>((ready, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', ready)
    })
    this.#port = (server.address() as AddressInfo).port
  }

  /** Switches it off: nobody can connect. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.drop()
    if (server) await new Promise((done) => server.close(done))
  }

  /** Every connection is lost. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  dispose(): Promise<void> {
    return this.stop()
  }

  #welcome(socket: Socket): void {
    this.connections += 1
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      for (const byte of bytes) {
        this.received.push(byte)
        const answer = this.#answer(byte)
        if (answer !== undefined && answer !== '') socket.write(answer, 'latin1')
      }
      this.onTold()
    })
  }

  #answer(byte: number): string | undefined {
    if (this.behaviour === 'well') return this.model.receive(byte)
    const answer = this.#decoy.receive(byte)
    if (answer === undefined || this.behaviour === 'says nothing') return undefined
    if (this.behaviour === 'refuses') return this.#decoy.refusal
    if (this.behaviour === 'babbles') return '\x00\xffWHAT?\r\n'.repeat(20_000)
    return answer.length > 1 ? answer.slice(0, 1) : undefined
  }
}
