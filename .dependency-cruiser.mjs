// Which file may import which. Run by scripts/checks/imports.ts; the reasons are in docs/architecture.md.
// @ts-check

import { readFileSync } from 'node:fs'

/** From the lowest layer up: each may import itself and those before it. */
export const LAYERS = ['base', 'alert', 'panel', 'compose', 'paint', 'player']

/** The layers that give the same answer on every machine, because they reach for nothing. */
const PURE = ['base', 'alert', 'panel', 'compose']
/** The libraries that reach for nothing either. */
const PURE_LIBRARIES = ['entities', 'opentype.js', 'yaml', 'zod']

const NETWORK = ['dgram', 'dns', 'dns/promises', 'http', 'http2', 'https', 'inspector', 'net', 'tls']
const NETWORK_LIBRARIES = ['@serialport/bindings-cpp', '@serialport/stream', 'aedes', 'mqtt', 'sirv', 'ws']

const ELECTRON = ['electron', 'electron/common', 'electron/main', 'electron/renderer']

/** Tests and what helps them may import anything, and are imported by no one else. */
const TEST_CODE = ['[.]test[.]ts$', '^display-client/testkit/']
/** What the other processes know of the player: the messages. */
const PROTOCOL = '^display-client/player/protocol[.]ts$'

/** The feed as whoever reads it knows it. */
const FEED = '^display-client/player/feed/'
/** Below the player: a simulated sign is the other side of a wire, and knows nothing of ours. */
const BELOW_PLAYER = LAYERS.slice(0, -1)

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const layers = LAYERS.map((layer, height) => ({
  name: `${layer}-imports-down`,
  comment: `${layer} may import only ${LAYERS.slice(0, height + 1).join(', ')}.`,
  severity: 'error',
  from: { path: folder(layer), pathNot: TEST_CODE },
  to: { dependencyTypes: ['local'], pathNot: LAYERS.slice(0, height + 1).map(folder) },
}))

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const viewers = ['screen', 'shell'].flatMap((viewer) => [
  {
    name: `${viewer}-stands-alone`,
    comment: `${viewer} may import only itself, player/protocol.ts, and types (import type).`,
    severity: 'error',
    from: { path: folder(viewer), pathNot: TEST_CODE },
    to: {
      dependencyTypes: ['local'],
      dependencyTypesNot: ['type-only'],
      pathNot: [folder(viewer), PROTOCOL],
    },
  },
  {
    name: `${viewer}-knows-only-the-protocol`,
    comment: `${viewer} may import types only of player/protocol.ts and of the pure layers that its messages are made of.`,
    severity: 'error',
    from: { path: folder(viewer), pathNot: TEST_CODE },
    to: { dependencyTypes: ['local'], pathNot: [folder(viewer), PROTOCOL, ...PURE.map(folder)] },
  },
])

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layers,
    ...viewers,
    {
      name: 'simulators-are-the-other-side',
      comment: `simulators may import only themselves, ${BELOW_PLAYER.join(', ')}, and types of player/feed (import type).`,
      severity: 'error',
      from: { path: folder('simulators'), pathNot: TEST_CODE },
      to: {
        dependencyTypes: ['local'],
        dependencyTypesNot: ['type-only'],
        pathNot: [folder('simulators'), ...BELOW_PLAYER.map(folder)],
      },
    },
    {
      name: 'simulators-know-only-the-feed',
      comment: 'simulators may import types only of player/feed and of the layers below the player.',
      severity: 'error',
      from: { path: folder('simulators'), pathNot: TEST_CODE },
      to: {
        dependencyTypes: ['local'],
        pathNot: [folder('simulators'), FEED, ...BELOW_PLAYER.map(folder)],
      },
    },
    {
      name: 'the-protocol-brings-nothing-along',
      comment: 'player/protocol.ts goes into the page: it may import types only.',
      severity: 'error',
      from: { path: PROTOCOL },
      to: { dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-layers-reach-for-nothing',
      comment: `${PURE.join(', ')} are pure: no Node module but crypto, for signatures and digests. Take what you need as an argument.`,
      severity: 'error',
      from: { path: PURE.map(folder), pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'pure-layers-use-pure-libraries',
      comment: `${PURE.join(', ')} are pure: of the libraries only ${PURE_LIBRARIES.join(', ')}.`,
      severity: 'error',
      from: { path: PURE.map(folder), pathNot: TEST_CODE },
      to: { path: '^node_modules/', pathNot: PURE_LIBRARIES.map(library) },
    },
    {
      name: 'paint-has-no-network',
      comment: 'paint makes bytes; sending them is for player/outputs.',
      severity: 'error',
      from: { path: folder('paint'), pathNot: TEST_CODE },
      to: { path: [...NETWORK.map(exactly), ...NETWORK_LIBRARIES.map(library)] },
    },
    {
      name: 'screen-runs-in-a-browser',
      comment: 'screen runs in a browser: no Node module.',
      severity: 'error',
      from: { path: folder('screen'), pathNot: TEST_CODE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'electron-stays-in-its-shell',
      comment:
        'Only shell/electron may import electron: its binary may be missing, and importing it then tries to fetch it.',
      severity: 'error',
      from: { pathNot: folder('shell/electron') },
      to: { path: [...ELECTRON.map(exactly), library('electron')] },
    },
    {
      name: 'sharp-stays-out-of-electron',
      comment: 'sharp crashes in a process of the Electron binary (docs/architecture.md).',
      severity: 'error',
      from: { path: folder('shell') },
      to: { path: library('sharp'), reachable: true },
    },
    {
      name: 'test-code-is-for-tests',
      comment: 'Only tests and scripts may import display-client/testkit or a test.',
      severity: 'error',
      from: { path: '^display-client/', pathNot: TEST_CODE },
      to: { path: TEST_CODE },
    },
    {
      name: 'development-packages-are-for-development',
      comment: 'It is in devDependencies, so it is not there where Kijkuit runs. Move it to dependencies.',
      severity: 'error',
      from: { path: '^display-client/', pathNot: TEST_CODE },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-command-runs-without-development-packages',
      comment: 'What `kijkuit` reaches must be in dependencies, and no test code.',
      severity: 'error',
      from: { path: '^scripts/kijkuit[.]ts$' },
      to: {
        reachable: true,
        path: ['^display-client/testkit/', ...Object.keys(manifest.devDependencies).map(library)],
      },
    },
    {
      name: 'listed-packages-only',
      comment: 'It is not in package.json: npm install it.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'imports-exist',
      comment: 'There is no such file or package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      comment: 'Each imports the other, so neither can be read or tested alone.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    // Under TypeScript 7 the default parser finds no modules and passes everything; swc reads them all.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Its type asks for `override` too, which would replace the list of Node's own modules.
    builtInModules: /** @type {any} */ ({ add: ELECTRON }),
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
}

/** @param {string} name */
function folder(name) {
  return `^display-client/${name}/`
}

/** @param {string} name */
function library(name) {
  return `^node_modules/(@types/)?${name.replaceAll('.', '[.]')}/`
}

/** @param {string} name */
function exactly(name) {
  return `^${name}$`
}
