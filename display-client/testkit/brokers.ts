import { type StartedBroker, startEmbeddedBroker } from '../../scripts/demo/embedded-broker.ts'

export type { StartedBroker } from '../../scripts/demo/embedded-broker.ts'
export { type MosquittoOptions, type StartedMosquitto, startMosquitto } from './mosquitto.ts'

/**
 * Starts the broker of the demo in this process. It speaks MQTT 3.1.1 only.
 *
 * @param port to come back where an earlier one was; else a free one
 */
export function startAedes(port?: number): Promise<StartedBroker> {
  return startEmbeddedBroker(port)
}
