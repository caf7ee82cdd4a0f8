import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { defined } from '../base/defined.ts'
import { type Fault, readDocument } from '../base/document.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { isFontFile } from '../compose/own-font.ts'
import { type Panel, type PanelProfile, PanelProfileSchema, REGION } from '../panel/profile.ts'
import { type FeedConfig, feedSchema } from './feed/feed-config.ts'
import { diskFiles, type FileReader } from './files.ts'
import { nearNames } from './near-names.ts'
import { PresetReader, REPORTED } from './preset-reader.ts'
import { NAME } from './topics.ts'

/**
 * `player.yaml` (`kijkuit-player/1`): which brokers a player listens to, for which areas, and the panels it drives.
 *
 * Relative paths in it are relative to the file itself. Everything is checked before anything starts; a fault names
 * the file, the line and the fix.
 */

/** The templates that come with Kijkuit. */
export const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url))

/** Where the player serves its pages unless it is told otherwise. */
const USUAL_PORT = 8740

/** One broker, with everything needed to log in. */
export interface Broker {
  /** `mqtt://host:port` or `mqtts://host:port` */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** Absolute paths; what is in them is read at each connection (credentials.ts). */
  readonly passwordFile?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** A player, ready to start: presets filled in, paths absolute. */
export interface PlayerConfig {
  readonly player: string
  /** The player keeps a connection to each of them, all the time. */
  readonly brokers: readonly Broker[]
  /** `nl`, `nl-vr09`: the alert topics it listens to. */
  readonly areas: readonly string[]
  /** Absolute path of the keyring. */
  readonly keyring: string
  /** Absolute path of the folder for everything that must survive a power cut. */
  readonly data: string
  /** Absolute path of the folder for the states of panels, which a CMS may watch (docs/cms.md). */
  readonly state: string
  /** 0 = any free port. */
  readonly server: { readonly port: number }
  /** The feed for controllers of signs; absent = none but the MQTT topics of signs. */
  readonly feed?: FeedConfig | undefined
  readonly panels: readonly Panel[]
}

/**
 * Reads and checks a player configuration.
 *
 * @param file path of `player.yaml`
 * @param files the file system
 * @param templates folder whose `panels/` holds the presets
 */
export function loadConfig(
  file: string,
  files: FileReader = diskFiles,
  templates: string = TEMPLATES,
): Result<PlayerConfig, readonly Fault[]> {
  const text = files.read(file)
  if (text === undefined) {
    return fail([
      { file, line: 0, column: 0, path: '', message: 'cannot be read; check the path and its permissions' },
    ])
  }
  const presetFaults: Fault[] = []
  const read = readDocument(file, text, configSchema(file, files, templates, presetFaults))
  if (presetFaults.length > 0) return fail(presetFaults)
  if (!read.ok) return read
  return ok(read.value)
}

function configSchema(file: string, files: FileReader, templates: string, presetFaults: Fault[]) {
  const absolute = (path: string): string => resolve(dirname(file), path)
  const readable = z.string({ error: 'must be the path of a file' }).transform((path, context) => {
    if (files.read(absolute(path)) !== undefined) return absolute(path)
    context.addIssue({ code: 'custom', message: `names ${absolute(path)}, which cannot be read` })
    return z.NEVER
  })
  const name = z.string({ error: 'must be a name' }).regex(NAME, {
    error: 'must be 1 to 64 lower-case letters, digits and hyphens',
  })
  const broker = z
    .strictObject({
      url: z.string({ error: 'must be mqtt://host:port or mqtts://host:port' }).superRefine(checkBrokerUrl),
      username: z.string().min(1).optional(),
      password: z.string().min(1).optional(),
      passwordFile: readable.optional(),
      ca: readable.optional(),
      cert: readable.optional(),
      key: readable.optional(),
    })
    .superRefine((one, context) => {
      const wrong = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message })
      if (one.password !== undefined && one.passwordFile !== undefined)
        wrong('password', 'and passwordFile are both given; keep one')
      if ((one.cert === undefined) !== (one.key === undefined))
        wrong(one.cert ? 'cert' : 'key', 'needs both cert and key')
      const tls = one.ca ?? one.cert
      if (tls !== undefined && one.url.startsWith('mqtt:'))
        wrong('url', 'is mqtt:// while certificates are given; use mqtts://')
    })
    .transform((one): Broker => defined(one))

  const panel = z.looseObject({
    id: name,
    preset: z
      .string({ error: 'must be the name of a preset in templates/panels, or the path of one' })
      .min(1),
  })
  const presets = new PresetReader(file, files, join(templates, 'panels'), presetFaults)

  return z
    .strictObject({
      schema: z.literal('kijkuit-player/1', { error: 'must be kijkuit-player/1' }),
      player: name,
      brokers: z
        .array(z.preprocess((value) => (typeof value === 'string' ? { url: value } : value), broker))
        .min(1, { error: 'needs at least one broker, e.g. mqtt://127.0.0.1:1883' }),
      areas: z.array(REGION).min(1, { error: 'needs at least one area, e.g. nl' }).max(64),
      keyring: z.string({ error: 'must be the path of the keyring' }).transform(absolute),
      data: z.string({ error: 'must be the path of a folder' }).transform(absolute),
      state: z.string({ error: 'must be the path of a folder' }).transform(absolute).optional(),
      server: z
        .strictObject({
          port: z.int({ error: 'must be a port, 0 to 65535' }).min(0).max(65_535).default(USUAL_PORT),
        })
        .default({ port: USUAL_PORT }),
      feed: feedSchema(readable).optional(),
      languages: PanelProfileSchema.shape.languages.unwrap().optional(),
      panels: z.array(panel).min(1, { error: 'needs at least one panel' }),
    })
    .superRefine((config, context) => {
      const wrong = (path: PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path, message })
      if (files.read(config.keyring) === undefined) {
        wrong(['keyring'], `names ${config.keyring}, which cannot be read; make one with: kijkuit keys new`)
      }
      const seen = new Map<string, number>()
      config.panels.forEach(({ id }, index) => {
        const first = seen.get(id)
        if (first !== undefined)
          wrong(['panels', index, 'id'], `${id} is already the id of panel ${first + 1}; choose another`)
        else seen.set(id, index)
      })
      const taken = new Set(seen.keys())
      for (const [id, called] of Object.entries(config.feed?.names ?? {})) {
        const path = ['feed', 'names', id]
        if (!seen.has(id)) wrong(path, 'is the id of no panel; correct it or take it out')
        else if (called !== id && taken.has(called))
          wrong(path, `${called} is what another sign is called; choose another`)
        taken.add(called)
      }
    })
    .transform(({ schema: _, languages, panels, ...config }, context) => ({
      ...config,
      state: config.state ?? join(config.data, 'state'),
      panels: panels.flatMap(({ id, preset, ...overrides }, index): Panel[] => {
        const wrong = (path: readonly PropertyKey[], message: string) =>
          context.addIssue({ code: 'custom', path: ['panels', index, ...path], message })
        const found = presets.read(preset)
        if (!found.ok) {
          if (found.failure !== REPORTED) wrong(['preset'], found.failure)
          return []
        }
        const profile = PanelProfileSchema.safeParse(
          merged(merged(found.value, languages === undefined ? {} : { languages }), overrides),
        )
        if (profile.success) {
          const fault = themeFault(profile.data, files, templates)
          if (fault !== undefined) wrong(['theme'], fault)
          if (isOwnPage(profile.data.idle, config.server.port))
            wrong(['idle', 'url'], `is the player itself; name a page of the host, on another port`)
          const folder = (key: string, path: string): string => {
            const own = overrides[key]
            return isRecord(own) && path in own ? dirname(file) : presets.folderOf(preset)
          }
          const fonts = withFontPath(profile.data, folder('pixels', 'font'))
          return [
            {
              ...withHostPaths(fonts, { idle: folder('idle', 'folder'), host: folder('host', 'file') }),
              id,
            },
          ]
        }
        for (const issue of profile.error.issues) {
          if (issue.code !== 'unrecognized_keys') wrong(issue.path, issue.message)
          else
            for (const key of issue.keys)
              wrong([...issue.path, key], 'is not a known key; remove it or correct its spelling')
        }
        return []
      }),
    }))
}

/** What is wrong with the name of a panel's theme; undefined when nothing is. @param templates that hold `themes/` */
export function themeFault(
  { theme }: Pick<PanelProfile, 'theme'>,
  files: FileReader = diskFiles,
  templates: string = TEMPLATES,
): string | undefined {
  if (theme === undefined) return undefined
  const names = files
    .list(join(templates, 'themes'))
    .flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : []))
  return names.includes(theme)
    ? undefined
    : `there is no theme ${theme}; did you mean ${nearNames(theme, names).join(' or ')}?`
}

/** A panel whose font file, if it names one, is an absolute path. @param folder that relative paths start from */
export function withFontPath<Profile extends PanelProfile>(profile: Profile, folder: string): Profile {
  const { pixels } = profile
  if (pixels === undefined || !isFontFile(pixels.font)) return profile
  return { ...profile, pixels: { ...pixels, font: resolve(folder, pixels.font) } }
}

/** A panel whose folder of images and file of the host are absolute paths. @param folders that relative paths start from */
function withHostPaths(
  profile: PanelProfile,
  folders: { readonly idle: string; readonly host: string },
): PanelProfile {
  const { idle, host } = profile
  return {
    ...profile,
    ...(idle.type === 'images' && { idle: { ...idle, folder: resolve(folders.idle, idle.folder) } }),
    ...(host?.file !== undefined && { host: { ...host, file: resolve(folders.host, host.file) } }),
  }
}

/** Whether the host's page would be a page of the player: it would run with everything that those may do. */
function isOwnPage(idle: PanelProfile['idle'], port: number): boolean {
  if (idle.type !== 'page') return false
  const url = URL.parse(idle.url)
  return url !== null && /^(127\.0\.0\.1|localhost)$/.test(url.hostname) && url.port === String(port)
}

function checkBrokerUrl(text: string, context: z.RefinementCtx): void {
  const wrong = (message: string) => context.addIssue({ code: 'custom', message })
  const url = URL.parse(text)
  if (!/^mqtts?:\/\//.test(text) || url === null || url.hostname === '') {
    wrong(`${JSON.stringify(text)} must be mqtt://host:port or mqtts://host:port`)
  } else if (url.username !== '' || url.password !== '') {
    wrong('holds a name or password; give them as username and passwordFile')
  } else if (url.pathname.length > 1 || url.search !== '') {
    wrong('must end after the port')
  }
}

/** `base` with what `over` says laid on top: objects key by key, everything else, and another protocol or type, as a whole. */
function merged(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over
  if (['protocol', 'type'].some((key) => (over[key] ?? base[key]) !== base[key])) return over
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(over))
    result[key] = key in base ? merged(base[key], value) : value
  return result
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
