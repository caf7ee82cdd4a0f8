import { existsSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { capTime } from '../../display-client/alert/cap-time.ts'
import {
  generateKey,
  isValidAt,
  KEY_ID,
  type KeyringEntry,
  type KeyringFile,
  KeyringSchema,
  type Revocation,
  ROLES,
  type Role,
} from '../../display-client/alert/keyring.ts'
import { readDocument } from '../../display-client/base/document.ts'
import { readFile } from './input.ts'
import { keyringText, writeKey, writeText } from './key-files.ts'
import { addKeyUpdates } from './keys-update.ts'
import { wholeNumber } from './options.ts'
import { Mistake, type Terminal } from './terminal.ts'

const DAY = 24 * 60 * 60_000

/** A key that runs out sooner is to be replaced now. Days. */
const SOON = 14

interface NewOptions {
  readonly out: string
  readonly keyring: string
  readonly kid: string
  readonly role: Role
  readonly sender: readonly [string, ...string[]]
  readonly days: number
  readonly json?: true
}

/** `kijkuit keys`: key pairs of issuers, and the keyring of the devices that trust them. */
export function addKeys(program: Command, terminal: Terminal): void {
  const keys = program
    .command('keys')
    .description('make, list, replace and revoke the keys that alerts are signed with')
  keys
    .command('new')
    .description(
      'make a key pair: the private half for the issuer, the public half into the keyring of the devices',
    )
    .requiredOption('--out <file>', 'where the private half goes; it must not exist yet')
    .requiredOption('--keyring <file>', 'the keyring to add the public half to; made when there is none')
    .requiredOption('--kid <id>', 'name of the key')
    .addOption(new Option('--role <role>', 'what it may sign').choices(ROLES).makeOptionMandatory())
    .requiredOption('--sender <sender...>', 'the CAP senders it may speak for')
    .option('--days <number>', 'how long it is valid, days', wholeNumber(1, 3_650), 90)
    .option('--json', 'print the keyring entry as JSON')
    .addHelpText(
      'after',
      '\nExample:\n  kijkuit keys new --out issuer.key.json --keyring keyring.json --kid politie-2026 --role issuer --sender politie@example.org',
    )
    .action((options: NewOptions) => makeKey(options, terminal))
  keys
    .command('list')
    .description('show the keys that a device trusts, and how each of them stands')
    .argument('<keyring>', 'the keyring file')
    .option('--json', 'print the keys as JSON')
    .addHelpText('after', '\nExample:\n  kijkuit keys list keyring.json')
    .action((file: string, options: { readonly json?: true }) => listKeys(file, options, terminal))
  addKeyUpdates(keys, terminal)
}

function makeKey(options: NewOptions, terminal: Terminal): void {
  const { out, kid, role, sender, days } = options
  if (!KEY_ID.test(kid))
    throw new Mistake(`--kid ${kid}: must be 1 to 64 letters, digits, dots, hyphens and underscores`)
  if (existsSync(out)) throw new Mistake(`--out ${out}: exists already; a key is never overwritten`)
  const keyring: KeyringFile = existsSync(options.keyring)
    ? readFile(options.keyring, KeyringSchema)
    : { schema: 'kijkuit-keyring/1', keys: [] }
  if (keyring.keys.some((one) => one.kid === kid)) {
    throw new Mistake(`--kid ${kid}: is in ${options.keyring} already; choose another name`)
  }
  const notBefore = Date.now()
  const { entry, file } = generateKey({
    kid,
    roles: [role],
    senders: sender,
    notBefore,
    notAfter: notBefore + days * DAY,
  })
  const text = keyringText({ ...keyring, keys: [...keyring.keys, entry] })
  const checked = readDocument(options.keyring, text, KeyringSchema)
  if (!checked.ok)
    throw new Mistake(checked.failure.map(({ path, message }) => `${optionOf(path)}: ${message}`))
  writeKey(out, file)
  writeText(options.keyring, text)
  if (options.json) {
    terminal.out(JSON.stringify(entry))
    return
  }
  terminal.out(`private half: ${out} (keep it with the issuer, and nowhere else)`)
  terminal.out(`keyring:      ${options.keyring} (${keyring.keys.length + 1} in it; give it to every device)`)
  terminal.out(describe(entry, notBefore))
}

function listKeys(file: string, options: { readonly json?: true }, terminal: Terminal): void {
  const { keys, revoked = [], sequence } = readFile(file, KeyringSchema)
  const now = Date.now()
  if (options.json) {
    for (const entry of keys) terminal.out(JSON.stringify({ ...entry, state: stateOf(entry, now).state }))
    for (const one of revoked) terminal.out(JSON.stringify({ ...one, state: 'revoked' }))
    return
  }
  for (const entry of keys) terminal.out(describe(entry, now))
  for (const one of revoked) terminal.out(describeRevoked(one))
  const isIssuing = keys.some((one) => one.roles.includes('issuer') && isValidAt(one, now))
  if (!isIssuing) terminal.out('no issuer key is valid: a device with this keyring shows no alert')
  const isSupervised = keys.some((one) => one.roles.includes('supervisor') && isValidAt(one, now))
  if (!isSupervised) {
    terminal.out('no supervisor key is valid: this keyring can be changed on the devices only by hand')
  }
  if (sequence !== undefined) terminal.out(`as of keyring update ${sequence}`)
}

/** What a fault in the new keyring comes from: everything else was in order before. */
function optionOf(path: string): string {
  if (path.includes('.senders.')) return '--sender'
  return path.endsWith('.kid') ? '--kid' : '--keyring'
}

type State = 'valid' | 'expires-soon' | 'not-yet-valid' | 'expired'

/** How a key stands at `now` (ms since 1970), also in words. */
function stateOf({ notBefore, notAfter }: KeyringEntry, now: number): { state: State; words: string } {
  const [from = 0, until = 0] = [capTime(notBefore), capTime(notAfter)]
  if (now < from) return { state: 'not-yet-valid', words: `not valid before ${notBefore}` }
  if (now > until) return { state: 'expired', words: `expired ${notAfter}` }
  const days = Math.floor((until - now) / DAY)
  const words = `valid until ${notAfter} (${days} day${days === 1 ? '' : 's'})`
  return days >= SOON
    ? { state: 'valid', words }
    : { state: 'expires-soon', words: `${words}: replace it, kijkuit keys rotate` }
}

/** `politie-2026  issuer  for politie@example.org  valid until 2027-02-20T16:00:00+00:00 (89 days)`. */
function describe(entry: KeyringEntry, now: number): string {
  const { kid, roles, senders } = entry
  return `${kid}  ${roles.join('+')}  for ${senders.join(', ')}  ${stateOf(entry, now).words}`
}

function describeRevoked({ kid, since, reason }: Revocation): string {
  return `${kid}  revoked: ${reason}, since ${since}; nothing that it signed is believed`
}
