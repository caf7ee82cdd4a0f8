import type { Command } from 'commander'
import { defined } from '../../display-client/base/defined.ts'
import { diskFiles } from '../../display-client/player/files.ts'
import { named, readTlsFiles } from '../../display-client/player/tls-files.ts'
import type { IssuerBroker } from '../issuer/connection.ts'
import { readText } from './input.ts'
import { Mistake } from './terminal.ts'

/** What a command that publishes may be told about its broker. */
export interface BrokerOptions {
  readonly broker?: string
  readonly username?: string
  readonly passwordFile?: string
  readonly tlsCa?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
}

/** Adds them to `command`, beside its own `--broker`. */
export function addLogin(command: Command): Command {
  return command
    .option('--username <name>', 'to log in to the broker with')
    .option('--password-file <file>', 'file with the password')
    .option('--tls-ca <file>', 'who issued the certificate of the broker, PEM')
    .option('--tls-cert <file>', 'certificate to log in with, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
}

/** @throws Mistake */
export function brokerOf(options: BrokerOptions): IssuerBroker {
  const { broker = '', username, passwordFile, tlsCa, tlsCert, tlsKey } = options
  const url = URL.parse(broker)
  if (url === null || !/^mqtts?:$/.test(url.protocol) || url.hostname === '') {
    throw new Mistake(`--broker ${broker}: must be mqtt://host:port or mqtts://host:port`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new Mistake('--broker: leave name and password out of it; give --username and --password-file')
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new Mistake('--tls-cert and --tls-key belong together: give both')
  if ((tlsCa ?? tlsCert) !== undefined && url.protocol === 'mqtt:')
    throw new Mistake(`--broker ${broker}: is mqtt:// while certificates are given; use mqtts://`)
  const tls = readTlsFiles(
    { ca: named('--tls-ca', tlsCa), cert: named('--tls-cert', tlsCert), key: named('--tls-key', tlsKey) },
    diskFiles,
  )
  if (!tls.ok) throw new Mistake(tls.failure)
  const password = passwordFile === undefined ? undefined : readText(passwordFile).trimEnd()
  return { ...defined<IssuerBroker>({ url: broker, username, password }), ...tls.value }
}
