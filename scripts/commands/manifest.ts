import { resolve } from 'node:path'
import type { Command } from 'commander'
import { KeyFileSchema } from '../../display-client/alert/keyring.ts'
import { REGION } from '../../display-client/panel/profile.ts'
import type { Broker } from '../../display-client/player/config.ts'
import { systemClock } from '../../display-client/player/system-clock.ts'
import { NAME } from '../../display-client/player/topics.ts'
import type { KeeperEvent } from '../keeper/events.ts'
import { startKeeper } from '../keeper/keeper.ts'
import { addLogin, type BrokerOptions, brokerOf } from './broker-options.ts'
import { readFile } from './input.ts'
import { terminalLog, timeOfDay, untilStopped } from './log.ts'
import { Mistake, type Terminal } from './terminal.ts'

interface ManifestOptions extends Omit<BrokerOptions, 'broker'> {
  readonly broker: readonly string[]
  readonly area: readonly string[]
  readonly key: string
  readonly keyring: string
  readonly data: string
  readonly name?: string
  readonly json?: true
}

/** `kijkuit manifest`: keeps the signed list of what is live, until Ctrl-C. */
export function addManifest(program: Command, terminal: Terminal): void {
  const collect = (one: string, before: readonly string[] = []): readonly string[] => [...before, one]
  const command = program
    .command('manifest')
    .description(
      'keep the signed list of live alerts until Ctrl-C: it is repeated every 10 s, and what brokers have lost is put back',
    )
    .requiredOption(
      '--broker <url>',
      'mqtt://host:port or mqtts://host:port; every broker that alerts are published on',
      collect,
    )
    .requiredOption('--area <area>', 'nl or a region code such as nl-vr09; may be repeated', collect)
    .requiredOption('--key <file>', 'the private key to sign lists with; of an issuer or a supervisor')
    .requiredOption('--keyring <file>', 'whose alerts to believe; the one of the players')
    .requiredOption('--data <folder>', 'for what must survive a restart; of this keeper alone')
    .option('--name <name>', 'its name on the brokers; else --username, else keeper')
    .option('--json', 'print every event as a line of JSON')
    .addHelpText(
      'after',
      `
Example:
  kijkuit manifest --broker mqtt://127.0.0.1:1883 --area nl --area nl-vr09 --key issuer.key.json --keyring keyring.json --data keeper-data`,
    )
    .action((options: ManifestOptions) => keep(options, terminal))
  addLogin(command)
}

async function keep(options: ManifestOptions, terminal: Terminal): Promise<void> {
  const { area, broker, json, username } = options
  const name = options.name ?? username ?? 'keeper'
  if (!NAME.test(name))
    throw new Mistake(`--name ${name}: must be 1 to 64 lower-case letters, digits and hyphens`)
  const areas = [...new Set(area)]
  for (const one of areas) {
    const read = REGION.safeParse(one)
    if (!read.success) throw new Mistake(`--area ${one}: ${read.error.issues[0]?.message}`)
  }
  const brokers = [...new Set(broker)].map((url) => linkBroker({ ...options, broker: url }))
  const log = terminalLog(terminal)
  const say = (event: object, line: string): void => {
    terminal.out(json ? JSON.stringify(event) : `${timeOfDay()} ${line}`)
  }
  const keeper = await startKeeper({
    ...{ name, brokers, areas, key: readFile(options.key, KeyFileSchema), keyring: options.keyring },
    ...{ data: resolve(options.data), clock: systemClock(), random: Math.random, log },
    onEvent: (event) => say({ event: event.type, ...event, type: undefined }, sentence(event)),
  })
  if (!keeper.ok) throw new Mistake(keeper.failure.split('\n'))
  await untilStopped(terminal)
  await keeper.value.dispose()
  say({ event: 'stopped' }, 'stopped')
}

/** A broker whose files are read at every connection. @throws Mistake when they cannot be used now */
function linkBroker(options: BrokerOptions): Broker {
  const { url } = brokerOf(options)
  const { username, passwordFile, tlsCa, tlsCert, tlsKey } = options
  return {
    url,
    ...(username !== undefined && { username }),
    ...(passwordFile !== undefined && { passwordFile: resolve(passwordFile) }),
    ...(tlsCa !== undefined && { ca: resolve(tlsCa) }),
    ...(tlsCert !== undefined && { cert: resolve(tlsCert) }),
    ...(tlsKey !== undefined && { key: resolve(tlsKey) }),
  }
}

/** An event for a person. */
function sentence(event: KeeperEvent): string {
  switch (event.type) {
    case 'heard-out':
      return `${event.broker}: everything it retains is known`
    case 'waiting':
      return `no list is published: ${event.reason}`
    case 'current':
      return 'lists are published, and say how things stand now'
    case 'behind':
      return `lists say how things stood at ${new Date(event.until).toTimeString().slice(0, 8)}: ${event.brokers.join(', ')} is away since`
    case 'listed': {
      const names = event.incidents.map((one) => `${one.incident} of ${one.sender} revision ${one.revision}`)
      const refused = event.unjudged.map(({ sender, incident }) => `${incident} of ${sender}`)
      const others = refused.length === 0 ? '' : `; not ended, though refused here: ${refused.join(', ')}`
      return `${event.area}: ${names.length === 0 ? 'nothing is live' : names.join(', ')}${others}`
    }
    case 'restored':
      return `${event.broker}: put back ${event.topic}`
    case 'cleared':
      return `${event.broker}: cleared ${event.topic}`
  }
}
