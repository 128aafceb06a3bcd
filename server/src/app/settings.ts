/** One environment variable that Mooring reads. */
export type Setting = {
  readonly name: string
  /** As `docs/guides/settings.md` shows it; absent: none. */
  readonly default?: string
  readonly meaning: string
}

/** Every setting there is. `readConfig` reads no other; the settings guide is made from this table. */
export const SETTINGS = [
  {
    name: 'MOORING_PUBLIC_URL',
    default: 'http://localhost:8080',
    meaning:
      'The address people and devices use: origin only, https unless loopback. Never derived from requests.',
  },
  {
    name: 'MOORING_LISTEN',
    default: '127.0.0.1:8080',
    meaning: 'Address and port of the HTTP(S) listener, e.g. `0.0.0.0:8080` or `[::]:8080`.',
  },
  {
    name: 'MOORING_DATA_DIR',
    default: './data',
    meaning:
      'Folder of the embedded database and of generated keys; what is in it can be opened only by the user who runs the server.',
  },
  {
    name: 'DATABASE_URL',
    meaning:
      'PostgreSQL 15 or later, `postgres://user:password@host/database`. Without it the embedded database in the data folder is used.',
  },
  {
    name: 'MOORING_DATABASE_POOL_SIZE',
    default: '10',
    meaning:
      'Most connections to PostgreSQL at once, per process. Background jobs take up to 3 more.',
  },
  {
    name: 'MOORING_MASTER_KEY_FILE',
    default: '`keys/master.key` in the data folder',
    meaning:
      'File with the key that wraps every secret at rest: 32 bytes, base64, one key per line. Made at the first start with the embedded database; with `DATABASE_URL` it must be given. Back it up, apart from the database.',
  },
  {
    name: 'MOORING_CLOUD',
    default: 'global',
    meaning: "Microsoft's cloud: `global`, `usgov`, `usgov-dod`, `china` or `custom`.",
  },
  {
    name: 'MOORING_ENTRA_AUTHORITY_URL',
    meaning: 'With `custom` only: where tokens are issued; https, or http on loopback.',
  },
  {
    name: 'MOORING_GRAPH_URL',
    meaning:
      'With `custom` only: the origin of Microsoft Graph, without `/v1.0`; https, or http on loopback.',
  },
  {
    name: 'MOORING_WNS_URL',
    meaning:
      "With `custom` only: the origin of the service by which devices are called, in place of Microsoft's push service; https, or http on loopback.",
  },
  {
    name: 'MOORING_TERMS_RETURNS',
    meaning:
      "Further addresses, separated by blanks, to which Windows may be sent back from the terms of use; its own broker and the cloud's sign-in address are always allowed.",
  },
  {
    name: 'MOORING_TLS_CERT_FILE',
    meaning: 'Certificate chain in PEM: the server then speaks https itself.',
  },
  { name: 'MOORING_TLS_KEY_FILE', meaning: 'Private key of that certificate, in PEM.' },
  {
    name: 'MOORING_TRUSTED_PROXIES',
    meaning:
      'Addresses or CIDR ranges, separated by commas. Forwarded headers are believed only from these.',
  },
  {
    name: 'MOORING_DEVICE_LISTEN',
    meaning:
      'Address and port of a listener of its own for managed devices, the only one that then asks for client certificates. Without it the main listener asks for one, of nobody but our own authorities.',
  },
  {
    name: 'MOORING_DEVICE_URL',
    meaning: 'Where that listener is reached from outside; devices that enrol are told it.',
  },
  {
    name: 'MOORING_CLIENT_CERT_HEADER',
    meaning:
      "Header in which a trusted proxy passes on a device's client certificate: PEM, URL-encoded (nginx: `$ssl_client_escaped_cert`). The proxy must remove it from what comes from outside.",
  },
  {
    name: 'MOORING_METRICS_LISTEN',
    meaning:
      'Address and port of a listener of its own for `/metrics`; the main listener then has no `/metrics`.',
  },
  {
    name: 'MOORING_AUTO_MIGRATE',
    default: 'true',
    meaning: 'Whether `serve` brings the database to its version itself.',
  },
  {
    name: 'MOORING_LOG_LEVEL',
    default: 'info',
    meaning:
      '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. Logs are JSON lines on stdout.',
  },
] as const satisfies readonly Setting[]

export type SettingName = (typeof SETTINGS)[number]['name']
