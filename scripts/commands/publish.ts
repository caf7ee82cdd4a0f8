import { createHash } from 'node:crypto'
import type { Command } from 'commander'
import {
  type KeyFile,
  KeyFileSchema,
  type Keyring,
  KeyringSchema,
  keyringOf,
} from '../../display-client/alert/keyring.ts'
import type { Alert, Media } from '../../display-client/alert/model.ts'
import { INCIDENT_PATTERN } from '../../display-client/alert/model.ts'
import { ownersOf } from '../../display-client/alert/purport.ts'
import type { Fault } from '../../display-client/base/document.ts'
import { fail, type Result } from '../../display-client/base/result.ts'
import { REGION } from '../../display-client/panel/profile.ts'
import { mediaTopic } from '../../display-client/player/topics.ts'
import { connectIssuer, type IssuerConnection } from '../issuer/connection.ts'
import { type Filling, readDraft } from '../issuer/draft.ts'
import { type Photo, preparePhoto } from '../issuer/photo.ts'
import { ownKeyring, publish, retainedAlert } from '../issuer/publication.ts'
import { addLogin, type BrokerOptions, brokerOf } from './broker-options.ts'
import { orMistake, readBytes, readFile, readText } from './input.ts'
import { looseAlert } from './loose-alert.ts'
import { duration } from './options.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface PublishOptions extends BrokerOptions {
  readonly key: string
  readonly keyring?: string
  readonly area: string
  readonly update?: true
  readonly cancel?: true
  readonly drill?: true
  readonly photo?: string
  readonly for?: number
  readonly json?: true
}

/** `kijkuit publish`: signs an alert and hands it to a broker. */
export function addPublish(program: Command, terminal: Terminal): void {
  const command = program
    .command('publish')
    .description(
      'sign an alert and publish it; fills in what follows from the moment: identifier, sent, revision, references',
    )
    .argument('<alert>', 'the alert, JSON or YAML')
    .requiredOption('--broker <url>', 'mqtt://host:port or mqtts://host:port')
    .requiredOption('--key <file>', 'the private key to sign with (kijkuit keys new)')
    .option(
      '--keyring <file>',
      'whose messages to believe when reading what is published now; else only those of --key',
    )
    .requiredOption('--area <area>', 'nl or a region code such as nl-vr09')
    .option(
      '--update',
      'replace what is published of this incident; its photos stay unless the file has media or --photo',
    )
    .option('--cancel', 'end this incident; texts, facts and photos are left out')
    .option(
      '--drill',
      'as an exercise: status Exercise, on the topic of drills, only on panels that opt in and are there now',
    )
    .option('--photo <file>', 'photo of who is looked for')
    .option('--for <duration>', 'how long it is valid when the file has no expires, e.g. 45m or 2h', duration)
    .option('--json', 'print the alert as it was signed')
    .addHelpText(
      'after',
      `
Examples:
  kijkuit publish scripts/demo/alert.yaml --for 2h --broker mqtt://127.0.0.1:1883 --key issuer.key.json --area nl
  kijkuit publish scripts/demo/update.yaml --update --broker mqtt://127.0.0.1:1883 --key issuer.key.json --area nl
  kijkuit publish scripts/demo/alert.yaml --cancel --broker mqtt://127.0.0.1:1883 --key issuer.key.json --area nl

No broker retains a drill, so keep what was sent to update or end it:
  kijkuit publish scripts/demo/alert.yaml --drill --json --for 15m --broker mqtt://127.0.0.1:1883 --key issuer.key.json --area nl > drill.json
  kijkuit publish drill.json --drill --cancel --broker mqtt://127.0.0.1:1883 --key issuer.key.json --area nl`,
    )
    .action((file: string, options: PublishOptions) => publishFile(file, options, terminal))
  addLogin(command)
}

async function publishFile(file: string, options: PublishOptions, terminal: Terminal): Promise<void> {
  if (options.update && options.cancel) throw new Mistake('--update and --cancel exclude each other')
  if (options.cancel && options.photo !== undefined)
    throw new Mistake('--cancel ends the incident: leave out --photo')
  const area = REGION.safeParse(options.area)
  if (!area.success) throw new Mistake(`--area ${options.area}: ${area.error.issues[0]?.message}`)
  const text = readText(file)
  const key = readFile(options.key, KeyFileSchema)
  const keyring =
    options.keyring === undefined ? undefined : keyringOf(readFile(options.keyring, KeyringSchema))
  const photo = options.photo === undefined ? undefined : await readPhoto(options.photo)
  const filling: Filling = {
    now: Date.now(),
    ...(options.for !== undefined && { lifetime: options.for }),
    ...(options.drill && { drill: true }),
  }
  const msgType = options.update ? 'Update' : options.cancel ? 'Cancel' : undefined
  // All that can be known to be wrong is said before anything goes out.
  if (msgType === undefined) orMistake(withHint(readDraft(file, text, filling)))
  const broker = brokerOf(options)
  terminal.progress(`connecting to ${broker.url} …`)
  const connected = await connectIssuer(broker)
  if (!connected.ok) throw new Mistake(`${broker.url}: ${connected.failure}`)
  const connection = connected.value
  try {
    const previous =
      msgType === undefined
        ? undefined
        : options.drill
          ? previousDrill(file, text, filling.now)
          : await previousOf(connection, { file, text, area: area.data, key, keyring, now: filling.now })
    const draft = orMistake(
      readDraft(file, text, {
        ...filling,
        ...(msgType !== undefined && previous !== undefined && { follows: { previous, msgType } }),
      }),
    )
    const alert: Alert = photo === undefined ? draft : { ...draft, media: [photo.media] }
    const kept = photo === undefined && msgType === 'Update' ? await photosOf(connection, alert.media) : []
    terminal.progress(`publishing ${alert.incident} revision ${alert.revision} …`)
    const published = await publish(
      connection,
      {
        ...{ alert, area: area.data, key, isDrill: options.drill === true },
        photos: photo === undefined ? kept : [photo],
        ...(previous !== undefined && { previous }),
      },
      Date.now(),
    )
    if (!published.ok) throw new Mistake(`${broker.url}: ${published.failure}`)
    const { topic, bytes } = published.value
    terminal.out(
      options.json
        ? JSON.stringify(alert)
        : `published ${alert.msgType} ${alert.identifier} (revision ${alert.revision}, ${bytes} bytes) on ${topic}, valid until ${alert.expires}`,
    )
  } finally {
    await connection.dispose()
  }
}

/** Where only the end is missing, an option can give it. */
function withHint(read: Result<Alert, readonly Fault[]>): Result<Alert, readonly Fault[]> {
  if (read.ok) return read
  const hinted = ({ path, message, ...fault }: Fault): Fault => {
    return {
      ...fault,
      path,
      message: path === 'expires' ? `${message}; or give --for, e.g. --for 2h` : message,
    }
  }
  return fail(read.failure.map(hinted))
}

interface Known {
  readonly file: string
  readonly text: string
  readonly area: string
  readonly key: KeyFile
  readonly keyring: Keyring | undefined
  readonly now: number
}

/** The message that an Update or Cancel follows: the one that the broker retains, else the file itself when it is complete. */
async function previousOf(connection: IssuerConnection, known: Known): Promise<Alert> {
  const { file, text, area, key, keyring, now } = known
  const { incident, sender } = looseAlert(file, text)
  if (incident === undefined || !INCIDENT_PATTERN.test(incident)) {
    throw new Mistake(`${file}: incident is missing; it says which alert is meant`)
  }
  if (sender === undefined && keyring === undefined) {
    throw new Mistake(`${file}: sender is missing; it says who speaks`)
  }
  const believed = keyring ?? ownKeyring(key, sender ?? '')
  const retained = await retainedAlert(connection, area, incident, believed, now)
  if (!retained.ok) {
    throw new Mistake(
      `what is published of ${incident} in ${area} is not believed: ${retained.failure}; name the keyring that it was signed under with --keyring`,
    )
  }
  const owners = retained.value && ownersOf(retained.value.alert, retained.value.key)
  const own = believed.get(key.kid)
  const maySpeakForOthers = own === undefined || 'revoked' in own || own.roles.includes('supervisor')
  const isOthers = owners && sender !== undefined && !owners.includes(sender) && !maySpeakForOthers
  if (retained.value !== undefined && !isOthers) return retained.value.alert
  const itself = signedAlert(file, text, now)
  if (itself !== undefined) return itself
  if (isOthers)
    throw new Mistake(
      `what is published of ${incident} in ${area} is an incident of ${owners.join(', ')} with the same key: name the alert of ${sender} as it was printed by publish --json`,
    )
  throw new Mistake(
    `nothing is published of ${incident} in ${area}: publish it first, correct --area, or name the alert as it was printed by publish --json`,
  )
}

/** As {@link previousOf}, of a drill: brokers retain none, and a real alert of that name is none of its business. */
function previousDrill(file: string, text: string, now: number): Alert {
  const itself = signedAlert(file, text, now)
  if (itself !== undefined) return itself
  throw new Mistake(
    `${file}: brokers retain no drill, so name the drill as it was printed by publish --drill --json`,
  )
}

/** The alert in `text` when it is one as it was signed, and no draft. */
function signedAlert(file: string, text: string, now: number): Alert | undefined {
  const complete = readDraft(file, text, { now })
  const { identifier, sent } = looseAlert(file, text)
  return complete.ok && identifier !== undefined && sent !== undefined ? complete.value : undefined
}

/** The bytes of photos that the broker has, so that they live as long as the message that names them. */
async function photosOf(connection: IssuerConnection, media: readonly Media[]): Promise<Photo[]> {
  const photos: Photo[] = []
  for (const one of media) {
    if (one.data !== undefined) continue
    const bytes = await connection.retained(mediaTopic(one.sha256))
    if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== one.sha256) continue
    photos.push({ media: one, bytes })
  }
  return photos
}

async function readPhoto(file: string): Promise<Photo> {
  const bytes = readBytes(file)
  try {
    return await preparePhoto(bytes)
  } catch (error) {
    throw new Mistake(`--photo ${file}: is not a picture that can be read`, { cause: error })
  }
}
