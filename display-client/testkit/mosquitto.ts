import { execFile, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { StartedBroker } from '../../scripts/demo/embedded-broker.ts'
import { freePort } from './free-port.ts'
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts'

export interface MosquittoOptions {
  /**
   * Names that may log in, under the committed ACL. Absent: nobody has to log in and everything is allowed, for tests that
   * are not about who may do what.
   */
  readonly users?: readonly string[]
  /** To come back where an earlier one was; else a free one. */
  readonly port?: number
  /** Also listen as `tls.conf` says, with these PEM files. */
  readonly tls?: {
    /** Issues the certificates of players. */
    readonly ca: string
    readonly cert: string
    readonly key: string
  }
}

/** A real Mosquitto, and who may log in to it. */
export interface StartedMosquitto extends StartedBroker {
  /** The address with the login of one of the users that it was started with. */
  login(user: string): string
  /** `mqtts://`, when it was started with `tls`. */
  readonly tlsUrl: string | undefined
  /** Ends it as a power cut would, with SIGKILL. Its files are gone with {@link dispose}. */
  kill(): Promise<void>
  dispose(): Promise<void>
}

const SITE = new URL('../../broker-config/mosquitto/', import.meta.url)

/** The config does not say where Debian puts it, and /usr/sbin is not in everybody's PATH. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`

const MISSING = 'Mosquitto is needed and is not installed: apt-get install -y mosquitto'

/** Only within the test, on loopback. */
const PASSWORD = 'only-for-tests'

/**
 * Starts Mosquitto with the site configuration of `broker-config/`, on a free port of loopback and with its files in a
 * temporary folder; all else is as committed.
 *
 * @throws when it is not installed, or does not start; the message says what to do
 */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<StartedMosquitto> {
  const folder = await temporaryFolder()
  try {
    const port = options.port ?? (await freePort())
    const tlsPort = options.tls === undefined ? undefined : await freePort()
    await writeFile(
      folder.join('mosquitto.conf'),
      await configuration(folder, port, options.users !== undefined, tlsPort),
    )
    if (options.tls !== undefined) await writeTls(folder, `${tlsPort} 127.0.0.1`, options.tls)
    await writeFile(folder.join('acl'), await readFile(new URL('acl', SITE)))
    if (options.users !== undefined) await writePasswords(folder.join('passwords'), options.users)
    const stop = await run(folder)
    return {
      url: `mqtt://127.0.0.1:${port}`,
      login: (user) => `mqtt://${user}:${PASSWORD}@127.0.0.1:${port}`,
      tlsUrl: tlsPort === undefined ? undefined : `mqtts://127.0.0.1:${tlsPort}`,
      kill: () => stop('SIGKILL'),
      dispose: async () => {
        await stop('SIGTERM')
        await folder.dispose()
      },
    }
  } catch (error) {
    await folder.dispose()
    throw error
  }
}

/** The committed configuration with the places of this run filled in. */
async function configuration(
  folder: TemporaryFolder,
  port: number,
  withUsers: boolean,
  tlsPort: number | undefined,
): Promise<string> {
  const text = await changed('mosquitto.conf', {
    listener: `${port} 127.0.0.1`,
    include_dir: tlsPort === undefined ? undefined : folder.join('conf.d'),
    persistence_location: `${folder.path}/`,
    password_file: withUsers ? folder.join('passwords') : undefined,
    acl_file: withUsers ? folder.join('acl') : undefined,
    allow_anonymous: withUsers ? 'false' : 'true',
  })
  // Started by root it would become the user `mosquitto`, who cannot write in the temporary folder.
  return `user ${userInfo().username}\n${text}`
}

async function writeTls(
  folder: TemporaryFolder,
  listener: string,
  { ca, cert, key }: NonNullable<MosquittoOptions['tls']>,
): Promise<void> {
  await mkdir(folder.join('conf.d'))
  const text = await changed('tls.conf', { listener, cafile: ca, certfile: cert, keyfile: key })
  await writeFile(folder.join('conf.d', 'tls.conf'), text)
}

/** A committed file with other values for some settings; undefined leaves the setting out. */
async function changed(
  name: string,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const text = await readFile(new URL(name, SITE), 'utf8')
  const lines = text.split('\n').flatMap((line) => {
    const [setting = ''] = line.split(' ', 1)
    if (!Object.hasOwn(settings, setting)) return [line]
    const value = settings[setting]
    return value === undefined ? [] : [`${setting} ${value}`]
  })
  return lines.join('\n')
}

async function writePasswords(file: string, users: readonly string[]): Promise<void> {
  await writeFile(file, users.map((user) => `${user}:${PASSWORD}\n`).join(''), { mode: 0o600 })
  try {
    // -U replaces every password in the file by its salted hash.
    await promisify(execFile)('mosquitto_passwd', ['-U', file], { env: { PATH } })
  } catch (error) {
    throw isMissing(error) ? new Error(MISSING, { cause: error }) : error
  }
}

/** Runs it until the returned function is called. */
async function run(folder: TemporaryFolder): Promise<(signal: NodeJS.Signals) => Promise<void>> {
  const child = spawn('mosquitto', ['-c', folder.join('mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH },
  })
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(isMissing(error) ? new Error(MISSING, { cause: error }) : error))
    child.once('close', () => reject(new Error(`Mosquitto did not start:\n${said.join('\n')}`)))
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      if (/ running$/.test(line)) resolve()
    })
  })
  return async (signal) => {
    child.kill(signal)
    await exited
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
