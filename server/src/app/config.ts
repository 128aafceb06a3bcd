import { isIP, isIPv4 } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CLOUDS, type Cloud, type CloudName, customCloud } from '../entra/clouds.ts'
import type { DatabaseConfig } from '../platform/database.ts'
import type { SettingName } from './settings.ts'

/** An address to listen on; port 0: any that is free. */
export type Listen = { readonly host: string; readonly port: number }

/** Settings as the rest of the server sees them: complete and checked. Files are not read yet. */
export type Config = {
  readonly publicUrl: URL
  readonly listen: Listen
  /** A listener for managed devices only, and where it is reached. Absent: they come to the main one. */
  readonly devices: { readonly listen: Listen; readonly url: URL } | undefined
  /** Absent: `/metrics` is on the main listener. */
  readonly metricsListen: Listen | undefined
  readonly dataFolder: string
  /** What Vite built of the portal. */
  readonly portalFolder: string
  readonly database: DatabaseConfig
  readonly masterKey: MasterKeyConfig
  readonly cloud: Cloud
  /** Where devices are called; absent: Microsoft's push service. */
  readonly wnsUrl: URL | undefined
  /** Where Windows may be sent back from the terms of use, besides its own broker and the cloud. */
  readonly termsReturns: readonly string[]
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly trustedProxies: readonly string[]
  /** In which a trusted proxy passes on a device's certificate, as URL-encoded PEM. */
  readonly clientCertificateHeader: string | undefined
  readonly autoMigrate: boolean
  readonly logLevel: string
}
export type MasterKeyConfig =
  /** `create`: make the file when it is not there. */
  | { readonly kind: 'file'; readonly path: string; readonly create: boolean }
  /** For tests: gone when the process ends. */
  | { readonly kind: 'temporary' }

/** Where the portal is, seen from this file. */
const PORTAL_FOLDER = fileURLToPath(new URL('../../../portal/dist', import.meta.url))

export type Env = Readonly<Record<string, string | undefined>>

/** Reads one variable at a time and gathers what is wrong with each. */
type Reader = {
  readonly get: (name: SettingName) => string | undefined
  readonly problem: (name: SettingName, sentence: string) => void
}

/**
 * Turns the environment, which `main.ts` passes in, into a `Config`.
 *
 * @throws {AggregateError} with one message per bad variable, so that all can be mended in one go.
 */
export function readConfig(env: Env): Config {
  const problems: Error[] = []
  const reader: Reader = {
    // Compose files and charts set what is not wanted to the empty text.
    get: (name) => env[name]?.trim() || undefined,
    problem: (name, sentence) => problems.push(new Error(`${name} ${sentence}`)),
  }
  const dataFolder = resolve(reader.get('MOORING_DATA_DIR') ?? './data')
  const database = readDatabase(reader, dataFolder)
  const config: Config = {
    publicUrl: readPublicUrl(reader),
    listen: readListen(reader, 'MOORING_LISTEN') ?? { host: '127.0.0.1', port: 8080 },
    devices: readDevices(reader),
    metricsListen: readListen(reader, 'MOORING_METRICS_LISTEN'),
    dataFolder,
    portalFolder: PORTAL_FOLDER,
    database,
    masterKey: readMasterKey(reader, dataFolder, database.kind),
    cloud: readCloud(reader),
    wnsUrl: readWnsUrl(reader),
    termsReturns: readTermsReturns(reader),
    tls: readTls(reader),
    trustedProxies: readProxies(reader),
    clientCertificateHeader: readHeaderName(reader),
    autoMigrate: readBoolean(reader, 'MOORING_AUTO_MIGRATE', true),
    logLevel: readLogLevel(reader),
  }
  if (problems.length === 0) return config
  throw new AggregateError(problems, problems.map(({ message }) => message).join('\n'))
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** An origin: https, or http on loopback. */
function readOrigin({ get, problem }: Reader, name: SettingName): URL | undefined {
  const text = get(name)
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    problem(name, `must be a URL that begins with https://, not "${text}"`)
    return undefined
  }
  if (url.username || url.password) {
    problem(name, 'must not contain a user name or a password')
  } else if (url.pathname !== '/' || url.search || url.hash) {
    problem(name, `must be an origin such as "${url.origin}", without anything behind it`)
  } else if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    problem(name, `must begin with https:// ("${text}" is not on this machine)`)
  }
  return url
}

function readPublicUrl(reader: Reader): URL {
  return readOrigin(reader, 'MOORING_PUBLIC_URL') ?? new URL('http://localhost:8080')
}

/** Addresses without a query; what is below them is allowed as well. */
function readTermsReturns({ get, problem }: Reader): string[] {
  const entries = (get('MOORING_TERMS_RETURNS') ?? '')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
  for (const entry of entries) {
    if (!/^(?:https|ms-[a-z-]+):\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/[\w.~/-]*)?$/i.test(entry)) {
      problem(
        'MOORING_TERMS_RETURNS',
        `must hold addresses such as "https://login.example.com", not "${entry}"`,
      )
    }
  }
  return entries.map((entry) => entry.replace(/\/$/, ''))
}

const LISTEN = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/i

function readListen({ get, problem }: Reader, name: SettingName): Listen | undefined {
  const text = get(name)
  if (text === undefined) return undefined
  const [, ipv6, host, digits] = LISTEN.exec(text) ?? []
  const port = Number(digits)
  if (digits !== undefined && port <= 65_535) return { host: ipv6 ?? host ?? '', port }
  problem(name, `must be an address and a port such as "127.0.0.1:8080", not "${text}"`)
  return undefined
}

function readDatabase(reader: Reader, dataFolder: string): DatabaseConfig {
  const url = reader.get('DATABASE_URL')
  const poolSize = readPoolSize(reader)
  if (url === undefined) return { kind: 'embedded', folder: join(dataFolder, 'database') }
  const parsed = URL.parse(url)
  if (!parsed || !['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    // Not quoted: it may hold a password.
    reader.problem('DATABASE_URL', 'must look like "postgres://user:password@host/database"')
  }
  return { kind: 'postgres', url, poolSize }
}

function readPoolSize({ get, problem }: Reader): number {
  const text = get('MOORING_DATABASE_POOL_SIZE') ?? '10'
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count
  problem('MOORING_DATABASE_POOL_SIZE', `must be a whole number from 1 to 1000, not "${text}"`)
  return 10
}

function readMasterKey(
  { get, problem }: Reader,
  dataFolder: string,
  database: DatabaseConfig['kind'],
): MasterKeyConfig {
  const path = get('MOORING_MASTER_KEY_FILE')
  if (path !== undefined) {
    return { kind: 'file', path: resolve(path), create: database === 'embedded' }
  }
  if (database === 'postgres') {
    problem(
      'MOORING_MASTER_KEY_FILE',
      'must be given together with DATABASE_URL; make a key with: openssl rand -base64 32',
    )
  }
  return { kind: 'file', path: join(dataFolder, 'keys', 'master.key'), create: true }
}

const CLOUD_NAMES: readonly CloudName[] = ['global', 'usgov', 'usgov-dod', 'china', 'custom']

function readCloud(reader: Reader): Cloud {
  const { get, problem } = reader
  const text = get('MOORING_CLOUD') ?? 'global'
  const name = CLOUD_NAMES.find((known) => known === text)
  const authority = readOrigin(reader, 'MOORING_ENTRA_AUTHORITY_URL')
  const graph = readOrigin(reader, 'MOORING_GRAPH_URL')
  if (name === 'custom') {
    for (const needed of ['MOORING_ENTRA_AUTHORITY_URL', 'MOORING_GRAPH_URL'] as const) {
      if (!get(needed)) problem(needed, 'must be given when MOORING_CLOUD is "custom"')
    }
    return authority && graph ? customCloud(authority.origin, graph.origin) : CLOUDS.global
  }
  if (!name) {
    problem('MOORING_CLOUD', `must be one of ${CLOUD_NAMES.join(', ')}, not "${text}"`)
    return CLOUDS.global
  }
  for (const needless of ['MOORING_ENTRA_AUTHORITY_URL', 'MOORING_GRAPH_URL'] as const) {
    if (get(needless)) problem(needless, 'counts only when MOORING_CLOUD is "custom"')
  }
  return CLOUDS[name]
}

/** Only beside a stand-in of the rest: a channel that a device names must not lead anywhere else. */
function readWnsUrl(reader: Reader): URL | undefined {
  if (reader.get('MOORING_WNS_URL') && reader.get('MOORING_CLOUD') !== 'custom') {
    reader.problem('MOORING_WNS_URL', 'counts only when MOORING_CLOUD is "custom"')
    return undefined
  }
  return readOrigin(reader, 'MOORING_WNS_URL')
}

function readTls({ get, problem }: Reader): Config['tls'] {
  const certFile = get('MOORING_TLS_CERT_FILE')
  const keyFile = get('MOORING_TLS_KEY_FILE')
  if (certFile && keyFile) return { certFile: resolve(certFile), keyFile: resolve(keyFile) }
  if (certFile) problem('MOORING_TLS_KEY_FILE', 'must be given with MOORING_TLS_CERT_FILE')
  if (keyFile) problem('MOORING_TLS_CERT_FILE', 'must be given with MOORING_TLS_KEY_FILE')
  return undefined
}

function readProxies({ get, problem }: Reader): string[] {
  const ranges = (get('MOORING_TRUSTED_PROXIES') ?? '')
    .split(',')
    .map((range) => range.trim())
    .filter((range) => range !== '')
  for (const range of ranges) {
    if (!isRange(range)) {
      problem('MOORING_TRUSTED_PROXIES', `has "${range}", which is neither an address nor a range`)
    }
  }
  return ranges
}

function readDevices(reader: Reader): Config['devices'] {
  const { get, problem } = reader
  const listen = readListen(reader, 'MOORING_DEVICE_LISTEN')
  const url = readOrigin(reader, 'MOORING_DEVICE_URL')
  if (listen && url) return { listen, url }
  if (get('MOORING_DEVICE_LISTEN') && !get('MOORING_DEVICE_URL')) {
    problem('MOORING_DEVICE_URL', 'must be given with MOORING_DEVICE_LISTEN: devices are told it')
  }
  if (get('MOORING_DEVICE_URL') && !get('MOORING_DEVICE_LISTEN')) {
    problem('MOORING_DEVICE_LISTEN', 'must be given with MOORING_DEVICE_URL')
  }
  return undefined
}

/** Believed from trusted proxies only; without any, it would be anybody's. */
function readHeaderName({ get, problem }: Reader): string | undefined {
  const name = get('MOORING_CLIENT_CERT_HEADER')
  if (name === undefined) return undefined
  if (!/^[A-Za-z0-9-]{1,100}$/.test(name)) {
    problem('MOORING_CLIENT_CERT_HEADER', `must be the name of a header, not "${name}"`)
  } else if (!get('MOORING_TRUSTED_PROXIES')) {
    problem(
      'MOORING_CLIENT_CERT_HEADER',
      'counts only together with MOORING_TRUSTED_PROXIES, which says from whom it is believed',
    )
  }
  return name.toLowerCase()
}

function isRange(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  if (isIP(address) === 0 || rest.length > 0) return false
  if (bits === undefined) return true
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128)
}

function readBoolean({ get, problem }: Reader, name: SettingName, otherwise: boolean): boolean {
  const text = get(name)
  if (text === undefined) return otherwise
  if (text === 'true' || text === 'false') return text === 'true'
  problem(name, `must be "true" or "false", not "${text}"`)
  return otherwise
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

function readLogLevel({ get, problem }: Reader): string {
  const text = get('MOORING_LOG_LEVEL') ?? 'info'
  if (!LOG_LEVELS.includes(text)) {
    problem('MOORING_LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}, not "${text}"`)
  }
  return text
}
