import { existsSync, writeFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { capTime } from '../../display-client/alert/cap-time.ts'
import {
  generateKey,
  KEY_ID,
  type KeyringEntry,
  type KeyringFile,
  KeyringSchema,
  ROLES,
  type Role,
} from '../../display-client/alert/keyring.ts'
import { readDocument } from '../../display-client/base/document.ts'
import { readFile, reasonOf } from './input.ts'
import { wholeNumber } from './options.ts'
import { Mistake, type Terminal } from './terminal.ts'

const DAY = 24 * 60 * 60_000

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
  const keys = program.command('keys').description('make and list the keys that alerts are signed with')
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
    .description('show the keys that a device trusts')
    .argument('<keyring>', 'the keyring file')
    .option('--json', 'print the keys as JSON')
    .addHelpText('after', '\nExample:\n  kijkuit keys list keyring.json')
    .action((file: string, options: { readonly json?: true }) => listKeys(file, options, terminal))
}

async function makeKey(options: NewOptions, terminal: Terminal): Promise<void> {
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
  const { entry, file } = await generateKey({
    kid,
    roles: [role],
    senders: sender,
    notBefore,
    notAfter: notBefore + days * DAY,
  })
  const text = `${JSON.stringify({ ...keyring, keys: [...keyring.keys, entry] }, undefined, 2)}\n`
  const checked = readDocument(options.keyring, text, KeyringSchema)
  if (!checked.ok)
    throw new Mistake(checked.failure.map(({ path, message }) => `${optionOf(path)}: ${message}`))
  write(out, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  write(options.keyring, text, {})
  if (options.json) {
    terminal.out(JSON.stringify(entry))
    return
  }
  terminal.out(`private half: ${out} (keep it with the issuer, and nowhere else)`)
  terminal.out(`keyring:      ${options.keyring} (${keyring.keys.length + 1} in it; give it to every device)`)
  terminal.out(describe(entry, notBefore))
}

function listKeys(file: string, options: { readonly json?: true }, terminal: Terminal): void {
  const { keys } = readFile(file, KeyringSchema)
  const now = Date.now()
  for (const entry of keys) terminal.out(options.json ? JSON.stringify(entry) : describe(entry, now))
  if (keys.length === 0 && !options.json) terminal.out('no keys: a device with this keyring shows nothing')
}

/** What a fault in the new keyring comes from: everything else was in order before. */
function optionOf(path: string): string {
  return path.includes('.senders.') ? '--sender' : '--keyring'
}

/** `politie-2026  issuer  for politie@example.org  until 2027-02-20T16:00:00+00:00`. */
function describe({ kid, roles, senders, notBefore, notAfter }: KeyringEntry, now: number): string {
  const [from = 0, until = 0] = [capTime(notBefore), capTime(notAfter)]
  const validity =
    now < from ? `not before ${notBefore}` : now > until ? `expired ${notAfter}` : `until ${notAfter}`
  return `${kid}  ${roles.join('+')}  for ${senders.join(', ')}  ${validity}`
}

function write(
  file: string,
  text: string,
  options: { readonly mode?: number; readonly flag?: string },
): void {
  try {
    writeFileSync(file, text, options)
  } catch (error) {
    throw new Mistake(`${file}: cannot be written: ${reasonOf(error)}`, { cause: error })
  }
}
