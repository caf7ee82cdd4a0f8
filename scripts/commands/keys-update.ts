import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { capTime, toCapTime } from '../../display-client/alert/cap-time.ts'
import {
  generateKey,
  KEY_ID,
  type KeyFile,
  KeyFileSchema,
  type KeyringEntry,
  type KeyringFile,
  KeyringSchema,
  keyringOf,
  REVOCATION_REASONS,
  type Revocation,
} from '../../display-client/alert/keyring.ts'
import {
  applyUpdate,
  type KeyringUpdate,
  openKeyringUpdate,
  sealKeyringUpdate,
} from '../../display-client/alert/keyring-update.ts'
import { formatRejection } from '../../display-client/alert/rejection.ts'
import { KEYS_TOPIC } from '../../display-client/player/topics.ts'
import { connectIssuer, type IssuerBroker } from '../issuer/connection.ts'
import { addLogin, type BrokerOptions, brokerOf } from './broker-options.ts'
import { readBytes, readFile } from './input.ts'
import { keyringText, writeKey, writeText } from './key-files.ts'
import { wholeNumber } from './options.ts'
import { Mistake, type Terminal } from './terminal.ts'

const DAY = 24 * 60 * 60_000

interface UpdateOptions extends BrokerOptions {
  readonly keyring: string
  readonly kid: string
  readonly supervisor: string
  readonly update: string
  readonly json?: true
}

interface RotateOptions extends UpdateOptions {
  readonly newKid: string
  readonly out: string
  readonly days: number
  readonly overlap: number
}

interface RevokeOptions extends UpdateOptions {
  readonly reason: Revocation['reason']
  readonly since?: string
}

/** `kijkuit keys rotate | revoke | publish`: changes of the keyring of devices in the field, signed by a supervisor. */
export function addKeyUpdates(keys: Command, terminal: Terminal): void {
  const rotate = withUpdate(keys.command('rotate'))
    .description('replace a key by a new one; for a while devices believe both')
    .requiredOption('--kid <id>', 'the key to replace')
    .requiredOption('--new-kid <id>', 'name of the new key')
    .requiredOption('--out <file>', 'where the private half of the new key goes; it must not exist yet')
    .option('--days <number>', 'how long the new key is valid, days', wholeNumber(1, 3_650), 90)
    .option('--overlap <number>', 'how long the old key stays valid at most, days', wholeNumber(0, 365), 14)
    .addHelpText(
      'after',
      '\nExample:\n  kijkuit keys rotate --keyring keyring.json --kid politie-2026 --new-kid politie-2027 --out politie-2027.key.json --supervisor supervisor.key.json --update update.json --broker mqtts://broker.example:8883',
    )
    .action((options: RotateOptions) => rotateKey(options, terminal))
  const revoke = withUpdate(keys.command('revoke'))
    .description('revoke a key for good: whatever it has signed ends on every device that hears of it')
    .requiredOption('--kid <id>', 'the key to revoke')
    .addOption(new Option('--reason <reason>', 'why').choices(REVOCATION_REASONS).makeOptionMandatory())
    .option('--since <time>', 'since when it may be in wrong hands, as 2026-11-22T16:49:00+01:00; else now')
    .addHelpText(
      'after',
      '\nExample:\n  kijkuit keys revoke --keyring keyring.json --kid politie-2026 --reason stolen --supervisor supervisor.key.json --update update.json --broker mqtts://broker.example:8883',
    )
    .action((options: RevokeOptions) => revokeKey(options, terminal))
  const publish = keys
    .command('publish')
    .description('hand an update that was signed before to a broker')
    .argument('<update>', 'the file that keys rotate or keys revoke wrote')
    .requiredOption('--broker <url>', 'mqtt://host:port or mqtts://host:port')
    .addHelpText(
      'after',
      '\nExample:\n  kijkuit keys publish update.json --broker mqtts://broker.example:8883',
    )
    .action((file: string, options: BrokerOptions) => publishFile(file, options, terminal))
  for (const command of [rotate, revoke, publish]) addLogin(command)
}

function withUpdate(command: Command): Command {
  return command
    .requiredOption('--keyring <file>', 'the newest keyring; the change is made in it too')
    .requiredOption('--supervisor <file>', "a supervisor's private key, to sign with")
    .requiredOption('--update <file>', 'where the signed update goes')
    .option('--broker <url>', 'publish it too: mqtt://host:port or mqtts://host:port')
    .option('--json', 'print the new keyring as JSON')
}

async function rotateKey(options: RotateOptions, terminal: Terminal): Promise<void> {
  const { kid, newKid, out, days, overlap } = options
  const keyring = readFile(options.keyring, KeyringSchema)
  const old = entryOf(keyring, kid, options.keyring)
  if (!KEY_ID.test(newKid))
    throw new Mistake(`--new-kid ${newKid}: must be 1 to 64 letters, digits, dots, hyphens and underscores`)
  if (keyringOf(keyring).has(newKid))
    throw new Mistake(`--new-kid ${newKid}: is in ${options.keyring} already; choose another name`)
  if (existsSync(out)) throw new Mistake(`--out ${out}: exists already; a key is never overwritten`)
  const now = Date.now()
  const successor = generateKey({
    kid: newKid,
    roles: atLeastOne(old.roles),
    senders: atLeastOne(old.senders),
    notBefore: now,
    notAfter: now + days * DAY,
  })
  const end = Math.min(capTime(old.notAfter) ?? 0, now + overlap * DAY)
  const keys = [
    ...keyring.keys.filter((one) => one !== old),
    ...(end > now ? [{ ...old, notAfter: toCapTime(end) }] : []),
    successor.entry,
  ]
  const both = end > now ? `both are believed until ${toCapTime(end)}` : `${kid} is not believed any more`
  await change(options, { keyring, keys, now, made: { path: out, file: successor.file } }, terminal)
  if (!options.json) terminal.out(`${newKid} takes the place of ${kid}; ${both}`)
}

async function revokeKey(options: RevokeOptions, terminal: Terminal): Promise<void> {
  const { kid, reason } = options
  const keyring = readFile(options.keyring, KeyringSchema)
  if (keyring.revoked?.some((one) => one.kid === kid)) throw new Mistake(`--kid ${kid}: is revoked already`)
  // A key that was retired may turn out to be stolen later; alerts that it signed may still stand.
  const isRetired = keyring.keys.every((one) => one.kid !== kid)
  const now = Date.now()
  const since = options.since ?? toCapTime(now)
  const revoked = [...(keyring.revoked ?? []), { kid, since, reason }]
  const keys = keyring.keys.filter((one) => one.kid !== kid)
  await change(options, { keyring, keys, revoked, now }, terminal)
  if (isRetired) terminal.err(`${kid} was not in ${options.keyring} any more: check that this is its name`)
  if (!options.json) terminal.out(`${kid} is revoked (${reason}): what it has signed ends on every device`)
}

interface Change {
  /** As it was. */
  readonly keyring: KeyringFile
  /** As they are to be. */
  readonly keys: readonly KeyringEntry[]
  /** All of them; those of before when absent. */
  readonly revoked?: readonly Revocation[]
  /** ms since 1970 */
  readonly now: number
  /** The private half of a key that is new. */
  readonly made?: { readonly path: string; readonly file: KeyFile }
}

/** Signs it as the next update, writes everything down, and publishes it when that is asked for. */
async function change(
  options: UpdateOptions,
  { keyring, keys, revoked = keyring.revoked ?? [], now, made }: Change,
  terminal: Terminal,
): Promise<void> {
  const supervisor = readFile(options.supervisor, KeyFileSchema)
  // What can be known to be wrong is said before anything is written.
  const broker = options.broker === undefined ? undefined : brokerOf(options)
  const update: KeyringUpdate = {
    schema: 'kijkuit-keyring-update/1',
    sequence: (keyring.sequence ?? 0) + 1,
    issuedAt: toCapTime(now),
    // What has run out is of no use to anybody, and there is room for so many.
    keys: keys.filter((one) => (capTime(one.notAfter) ?? 0) > now),
    revoked: [...revoked],
  }
  const sealed = sealKeyringUpdate(JSON.stringify(update), supervisor.privateKey, supervisor.kid)
  // As every device will.
  const opened = openKeyringUpdate(sealed, keyringOf(keyring), now)
  if (!opened.ok) {
    throw new Mistake(`--supervisor ${options.supervisor}: ${formatRejection(opened.failure)}`)
  }
  const applied = applyUpdate(keyring, opened.value.update)
  if (!applied.ok) throw new Mistake(formatRejection(applied.failure))
  if (made !== undefined) writeKey(made.path, made.file)
  writeText(options.update, `${Buffer.from(sealed)}\n`)
  writeText(options.keyring, keyringText(applied.value))
  if (options.json) terminal.out(JSON.stringify(applied.value))
  else {
    terminal.out(`keyring: ${options.keyring}, as of update ${update.sequence}`)
    terminal.out(`update:  ${options.update}, signed by ${supervisor.kid}`)
  }
  if (broker !== undefined) await publishUpdate(sealed, options.update, broker, options, terminal)
}

async function publishFile(file: string, options: BrokerOptions, terminal: Terminal): Promise<void> {
  const bytes = readBytes(file)
  // Who may have signed it is for the devices to say; but it has to be an update.
  const opened = openKeyringUpdate(bytes, new Map(), Date.now())
  if (!opened.ok && opened.failure.code !== 'key-unknown')
    throw new Mistake(`${file}: is no signed keyring update: ${formatRejection(opened.failure)}`)
  await publishUpdate(bytes, file, brokerOf(options), {}, terminal)
}

async function publishUpdate(
  bytes: Uint8Array,
  file: string,
  broker: IssuerBroker,
  { json }: { readonly json?: true },
  terminal: Terminal,
): Promise<void> {
  terminal.progress(`connecting to ${broker.url} …`)
  const failed = (reason: string): Mistake =>
    new Mistake(
      `${broker.url}: ${reason}; the signed update is in ${file}, hand it over with kijkuit keys publish`,
    )
  const connected = await connectIssuer(broker)
  if (!connected.ok) throw failed(connected.failure)
  try {
    const sent = await connected.value.publish(KEYS_TOPIC, bytes, undefined, Date.now())
    if (!sent.ok) throw failed(sent.failure)
  } finally {
    await connected.value.dispose()
  }
  if (!json) terminal.out(`published ${file} on ${KEYS_TOPIC} of ${broker.url}`)
}

function entryOf(keyring: KeyringFile, kid: string, file: string): KeyringEntry {
  const entry = keyring.keys.find((one) => one.kid === kid)
  if (entry !== undefined) return entry
  throw new Mistake(`--kid ${kid}: is not in ${file}; see kijkuit keys list ${file}`)
}

/** A keyring entry has at least one of each. */
function atLeastOne<Value>(values: readonly Value[]): [Value, ...Value[]] {
  const [first, ...rest] = values
  if (first === undefined) throw new Error('an entry that passed KeyringSchema lacks roles or senders')
  return [first, ...rest]
}
