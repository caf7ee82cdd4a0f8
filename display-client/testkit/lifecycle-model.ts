import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { moment } from '../alert/cap-time.ts'
import { overreachOf } from '../alert/envelope.ts'
import type { Current } from '../alert/incident.ts'
import { EVERYBODY, type IncidentId, incidentId } from '../alert/incident-id.ts'
import { isValidAt, type KeyringEntry, type KeyringFile, keyringOf } from '../alert/keyring.ts'
import type { KeyringUpdate } from '../alert/keyring-update.ts'
import type { Done } from '../alert/lifecycle.ts'
import { type Manifest, NO_MANIFESTS } from '../alert/manifest.ts'
import type { Alert } from '../alert/model.ts'
import {
  begin,
  live,
  pass,
  type Standing,
  type Stored,
  takeAlert,
  takeKeyringUpdate,
  takeManifest,
} from '../alert/standing.ts'
import { effectiveNow, type Reading } from '../alert/time-trust.ts'
import { KEYS, type Life, lives, type Signed, type Step } from './lifecycle-lives.ts'
import { ReferenceDevice } from './reference/device.ts'
import type { ReferenceAlert, ReferenceEvent, ReferenceKey } from './reference/events.ts'
import { TEST_TIME } from './test-clock.ts'

/**
 * Random lives of a device, told to `alert/standing.ts` and to the reference model: both must show the same after every
 * step. Used by `alert/lifecycle.model.test.ts` for a moment and by `npm run soak` for long.
 */

/** How long random lives went well. */
export interface ModelRun {
  readonly runs: number
  /** The two were compared after each. */
  readonly steps: number
  /** How many alerts were shown when they were compared: a model that never shows anything proves nothing. */
  readonly shown: number
  /** How often two senders' alerts of one key were shown at once. */
  readonly shared: number
  /** The smallest life in which they differ, and the seed that gives it again; undefined when they never did. */
  readonly failure: string | undefined
}

/** Lives `runs` random lives. @param seed gives the same lives again; any when undefined */
export function runLifecycleModel(runs: number, seed?: number): ModelRun {
  let [steps, shown, shared] = [0, 0, 0]
  const property = fc.property(lives, (life) => {
    const device = new ComparedDevice(life)
    for (const step of life.steps) {
      const seen = device.take(step)
      shown += seen.length
      if (new Set(seen.map(({ alert }) => alert.incident)).size < seen.length) shared += 1
      steps += 1
    }
  })
  const result = fc.check(property, {
    numRuns: runs,
    unbiased: true,
    ...(seed === undefined ? {} : { seed }),
  })
  const failure = result.failed ? fc.defaultReportMessage(result) : undefined
  return { runs: result.numRuns, steps, shown, shared, failure }
}

/** When the software of the device was built, ms since 1970. */
const BUILT = TEST_TIME - 30 * 24 * 3_600_000

/** One device, told twice. */
class ComparedDevice {
  readonly #life: Life
  readonly #reference = new ReferenceDevice(KEYS.map(referenceKey), BUILT)
  /** What the wall clock would say if it were right, ms since 1970. */
  #truth: number
  #wall: number
  #monotonic = 5_000
  #standing: Standing
  /** The newest `sent` of an end of each Actual incident, ms since 1970. */
  readonly #over = new Map<IncidentId, number>()

  constructor(life: Life) {
    this.#life = life
    this.#truth = life.start
    this.#wall = life.start
    const keyring: KeyringFile = { schema: 'kijkuit-keyring/1', keys: [...KEYS] }
    this.#standing = this.#begin({ incidents: [], manifests: NO_MANIFESTS, keyring, newest: 0 })
    this.#reference.take({ type: 'look', ...this.#clocks })
  }

  /** @returns what is shown now. Throws when the two differ, or DESIGN §5.3 is broken */
  take(step: Step): readonly Current[] {
    const expected = this.#reference.take(this.#do(step))
    const shown = live(this.#standing)
    const actual = shown.map(({ sender, alert }) => `${sender} ${alert.incident} ${alert.revision}`).sort()
    const after = `after ${JSON.stringify(step)} it shows [${actual}]`
    if (!isDeepStrictEqual(actual, expected)) throw new Error(`${after}, the reference model [${expected}]`)
    for (const { sender, alert, kid } of shown) {
      // What no model need tell.
      if (moment(alert.expires) <= this.#wall) throw new Error(`${after}, of which one has expired`)
      if (this.#standing.keyring.revoked?.some((one) => one.kid === kid)) {
        throw new Error(`${after}, of which one is the word of a revoked key`)
      }
      const over = [sender, EVERYBODY].map((owner) => this.#over.get(incidentId(owner, alert.incident)) ?? 0)
      if (alert.status === 'Actual' && moment(alert.sent) <= Math.max(...over)) {
        throw new Error(`${after}, of which one had been ended`)
      }
    }
    return shown
  }

  get #clocks(): Reading {
    return { wall: this.#wall, monotonic: this.#monotonic }
  }

  #do(step: Step): ReferenceEvent {
    const { alerts, manifests, updates } = this.#life
    if ('alert' in step) return this.#alert(anyOf(alerts, step.alert), step.area)
    if ('manifest' in step) return this.#manifest(anyOf(manifests, step.manifest))
    if ('keys' in step) return this.#keys(anyOf(updates, step.keys))
    if ('restart' in step) {
      this.#goOn(step.restart, 0)
      if (step.isDead) this.#wall = 0
      this.#monotonic = 700
      this.#standing = this.#begin(stored(this.#standing))
      return { type: 'restart', ...this.#clocks }
    }
    if ('pass' in step) this.#goOn(step.pass, step.pass)
    else if ('sleep' in step) this.#goOn(step.sleep, 0)
    else if ('leap' in step) this.#wall += step.leap
    else this.#wall = this.#truth
    this.#look()
    return { type: 'look', ...this.#clocks }
  }

  #goOn(wall: number, monotonic: number): void {
    this.#truth += wall
    this.#wall += wall
    this.#monotonic += monotonic
  }

  #begin(kept: Stored): Standing {
    return begin(kept, BUILT, this.#clocks).standing
  }

  #look(): void {
    this.#standing = pass(this.#standing, this.#clocks).standing
  }

  #alert({ content: alert, kid, digest }: Signed<Alert>, area: string): ReferenceEvent {
    const key = this.#believed(kid)
    if (key === undefined || overreachOf(key, alert)) this.#look()
    else {
      const { standing, effect, others } = takeAlert(
        this.#standing,
        { alert, key, digest, area },
        this.#clocks,
      )
      this.#standing = standing
      this.#note(alert, { effect, others })
    }
    return { type: 'alert', alert: referenceAlert(alert), kid, digest, area, ...this.#clocks }
  }

  /** An end that counted. */
  #note({ status, sent, msgType }: Alert, { effect, others }: Done): void {
    if (status !== 'Actual' || msgType !== 'Cancel') return
    for (const { type, id } of [effect, ...others])
      if (type === 'ended' || type === 'repeated')
        this.#over.set(id, Math.max(moment(sent), this.#over.get(id) ?? 0))
  }

  #manifest({ content: manifest, kid, digest }: Signed<Manifest>): ReferenceEvent {
    const key = this.#believed(kid)
    if (key?.roles.includes('issuer') || key?.roles.includes('supervisor')) {
      this.#standing = takeManifest(this.#standing, { manifest, key, digest }, this.#clocks).standing
    } else this.#look()
    return {
      ...{ type: 'manifest', kid, digest, area: manifest.area, seq: manifest.seq },
      issuedAt: moment(manifest.issuedAt),
      active: manifest.active.map((one) => ({ ...one, expires: moment(one.expires) })),
      ...this.#clocks,
    }
  }

  #keys({ content: update, kid, digest }: Signed<KeyringUpdate>): ReferenceEvent {
    const key = this.#believed(kid)
    if (key?.roles.includes('supervisor')) {
      this.#standing = takeKeyringUpdate(this.#standing, { update, key, digest }, this.#clocks).standing
    } else this.#look()
    return {
      ...{ type: 'keys', kid, sequence: update.sequence, issuedAt: moment(update.issuedAt) },
      keys: update.keys.map(referenceKey),
      revoked: update.revoked.map((one) => one.kid),
      ...this.#clocks,
    }
  }

  /** The key, if the device would open what it signed. */
  #believed(kid: string): KeyringEntry | undefined {
    const { keyring, trust } = this.#standing
    const key = keyringOf(keyring).get(kid)
    if (key === undefined || 'revoked' in key) return undefined
    return isValidAt(key, effectiveNow(trust, this.#clocks)) ? key : undefined
  }
}

function anyOf<Value>(all: readonly Value[], index: number): Value {
  return all[index % all.length] as Value
}

/** As a disk gives it back. */
function stored({ incidents, manifests, keyring, trust }: Standing): Stored {
  const kept = { incidents: [...incidents], manifests: [...manifests], keyring, newest: trust.newest }
  const read: typeof kept = JSON.parse(JSON.stringify(kept))
  return { ...read, manifests: new Map(read.manifests) }
}

function referenceKey({ kid, roles, senders, notBefore, notAfter, publicKey }: KeyringEntry): ReferenceKey {
  return {
    ...{ kid, roles, senders, publicKey: publicKey.x },
    notBefore: moment(notBefore),
    notAfter: moment(notAfter),
  }
}

function referenceAlert(alert: Alert): ReferenceAlert {
  const { incident, revision, identifier, sender, status, msgType, scope } = alert
  return {
    ...{ incident, revision, identifier, sender, status, msgType, scope },
    sent: moment(alert.sent),
    effective: alert.effective === undefined ? undefined : moment(alert.effective),
    expires: moment(alert.expires),
    purgeAt: alert.purgeAt === undefined ? undefined : moment(alert.purgeAt),
    isOver: alert.info.map((one) => one.urgency === 'Past' || one.responseType.includes('AllClear')),
    references: alert.references.map(({ sender, sent }) => ({ sender, sent: moment(sent) })),
  }
}
