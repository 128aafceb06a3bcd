import { z } from 'zod'
import { Instant, pageOf } from './values.ts'

/**
 * Everything that is recorded, and how a list calls it. The part before the dot is what it is about:
 * a filter may name it alone. Adding an action is adding a line here.
 */
export const AUDIT_ACTIONS = {
  'sign-in.succeeded': { en: 'Signed in', de: 'Angemeldet' },
  'sign-in.refused': { en: 'Sign-in refused', de: 'Anmeldung abgelehnt' },
  'sign-in.ended': { en: 'Signed out', de: 'Abgemeldet' },
  'session.ended': { en: 'Session ended', de: 'Sitzung beendet' },
  'session.all-ended': { en: 'All sessions ended', de: 'Alle Sitzungen beendet' },
  'second-factor.added': { en: 'Second factor added', de: 'Zweiter Faktor hinzugefügt' },
  'second-factor.removed': { en: 'Second factor removed', de: 'Zweiter Faktor entfernt' },
  'password.set': { en: 'Password set', de: 'Kennwort festgelegt' },
  'access.refused': { en: 'Access refused', de: 'Zugriff verweigert' },
  'organization.created': { en: 'Organization created', de: 'Organisation angelegt' },
  'organization.renamed': { en: 'Organization renamed', de: 'Organisation umbenannt' },
  'organization.deleted': { en: 'Organization deleted', de: 'Organisation gelöscht' },
  'administrator.invited': { en: 'Administrator invited', de: 'Administrator eingeladen' },
  'administrator.link-renewed': {
    en: 'Password link renewed',
    de: 'Kennwort-Link erneuert',
  },
  'administrator.reset': {
    en: 'Administrator reset: password, second factors and sessions taken away',
    de: 'Administrator zurückgesetzt: Kennwort, zweite Faktoren und Sitzungen entzogen',
  },
  'administrator.removed': { en: 'Administrator removed', de: 'Administrator entfernt' },
  'administrator.role-changed': {
    en: "Administrator's role changed",
    de: 'Rolle eines Administrators geändert',
  },
  'role.given': { en: 'Role given', de: 'Rolle vergeben' },
  'role.taken': { en: 'Role taken away', de: 'Rolle entzogen' },
  'role.followed-directory': {
    en: "A person's roles changed with the directory",
    de: 'Rollen einer Person durch das Verzeichnis geändert',
  },
  'person.created': {
    en: 'Person taken over because they came',
    de: 'Person übernommen, weil sie kam',
  },
  'token.created': { en: 'API token made', de: 'API-Token erstellt' },
  'token.revoked': { en: 'API token revoked', de: 'API-Token widerrufen' },
  'connection.saved': { en: 'Connection saved', de: 'Verbindung gespeichert' },
  'connection.secret-replaced': { en: 'Client secret set', de: 'Geheimer Clientschlüssel gesetzt' },
  'connection.removed': { en: 'Connection removed', de: 'Verbindung entfernt' },
  'connection.checked': { en: 'Connection checked', de: 'Verbindung geprüft' },
  'provider.saved': { en: 'Sign-in provider saved', de: 'Anmeldeanbieter gespeichert' },
  'provider.checked': { en: 'Sign-in provider checked', de: 'Anmeldeanbieter geprüft' },
  'sign-in.tested': { en: 'Sign-in test begun', de: 'Anmeldetest begonnen' },
  'guide.changed': { en: 'Set-up guide filled in', de: 'Einrichtungsanleitung ausgefüllt' },
  'directory-settings.saved': {
    en: 'Synchronisation settings saved',
    de: 'Einstellungen der Synchronisierung gespeichert',
  },
  'directory.users-removed': {
    en: 'Synchronised people removed',
    de: 'Synchronisierte Personen entfernt',
  },
  'directory.groups-removed': {
    en: 'Synchronised groups removed',
    de: 'Synchronisierte Gruppen entfernt',
  },
  'sync.started': { en: 'Synchronisation started', de: 'Synchronisierung gestartet' },
  'sync.dry-run-started': { en: 'Dry run started', de: 'Probelauf gestartet' },
  'sync.approved': {
    en: 'Held synchronisation approved',
    de: 'Angehaltene Synchronisierung freigegeben',
  },
  'sync.cancelled': { en: 'Synchronisation stopped', de: 'Synchronisierung abgebrochen' },
  'sync.exported': { en: 'Changes exported', de: 'Änderungen exportiert' },
  'authority.prepared': {
    en: 'Next certificate authority made',
    de: 'Nächste Zertifizierungsstelle angelegt',
  },
  'authority.switched': {
    en: 'Certificate authority issues from now on',
    de: 'Zertifizierungsstelle stellt ab jetzt aus',
  },
  'certificate-settings.saved': {
    en: 'Certificate settings saved',
    de: 'Zertifikatseinstellungen gespeichert',
  },
  'certificate.revoked': {
    en: "Device's certificate revoked",
    de: 'Gerätezertifikat widerrufen',
  },
  'device.enrolled': { en: 'Device enrolled', de: 'Gerät registriert' },
  'device.re-enrolled': { en: 'Device enrolled anew', de: 'Gerät neu registriert' },
  'device.certificate-renewed': {
    en: "A device's certificate renewed",
    de: 'Zertifikat eines Geräts erneuert',
  },
  'device.command-given': { en: 'Command given to a device', de: 'Befehl an ein Gerät gegeben' },
  'device.command-cancelled': {
    en: 'Command to a device taken back',
    de: 'Befehl an ein Gerät zurückgenommen',
  },
  'device.reported-lost': { en: 'Device reported lost', de: 'Gerät als verloren gemeldet' },
  'device.found': { en: 'Lost device found', de: 'Verlorenes Gerät gefunden' },
  'self-service-settings.saved': {
    en: 'What people may do with their own devices saved',
    de: 'Erlaubtes für eigene Geräte gespeichert',
  },
  'device.commands-given': {
    en: 'Command given to many devices',
    de: 'Befehl an viele Geräte gegeben',
  },
  'device.commands-cancelled': {
    en: 'Command to many devices taken back',
    de: 'Befehl an viele Geräte zurückgenommen',
  },
  'device.commands-exported': {
    en: 'Outcome of a command exported',
    de: 'Ergebnis eines Befehls exportiert',
  },
  'device-group.created': { en: 'Device group made', de: 'Gerätegruppe angelegt' },
  'device-group.changed': { en: 'Device group changed', de: 'Gerätegruppe geändert' },
  'device-group.deleted': { en: 'Device group deleted', de: 'Gerätegruppe gelöscht' },
  'device-group.members-added': {
    en: 'Devices put into a group',
    de: 'Geräte in eine Gruppe aufgenommen',
  },
  'device-group.members-removed': {
    en: 'Devices taken out of a group',
    de: 'Geräte aus einer Gruppe entfernt',
  },
  'device.list-exported': { en: 'List of devices exported', de: 'Geräteliste exportiert' },
  'device-view.created': { en: 'List of devices saved', de: 'Geräteliste gespeichert' },
  'device-view.changed': {
    en: 'Saved list of devices changed',
    de: 'Gespeicherte Geräteliste geändert',
  },
  'device-view.deleted': {
    en: 'Saved list of devices deleted',
    de: 'Gespeicherte Geräteliste gelöscht',
  },
  'device.wiped': { en: 'Device wiped', de: 'Gerät zurückgesetzt' },
  'compliance.rules-saved': {
    en: 'Rules of compliance saved',
    de: 'Konformitätsregeln gespeichert',
  },
  'compliance.settings-saved': {
    en: 'Telling Entra of compliance changed',
    de: 'Meldung der Konformität an Entra geändert',
  },
  'compliance.device-reported': {
    en: 'Device judged and reported anew',
    de: 'Gerät neu beurteilt und gemeldet',
  },
  'wipe.requested': { en: 'Wipe asked for', de: 'Zurücksetzen beantragt' },
  'wipe.approved': { en: 'Wipe approved', de: 'Zurücksetzen freigegeben' },
  'wipe.cancelled': { en: 'Wipe taken back', de: 'Zurücksetzen zurückgenommen' },
  'session-settings.poll-saved': {
    en: 'How often devices come saved',
    de: 'Abstände der Sitzungen gespeichert',
  },
  'session-settings.push-saved': {
    en: 'Push credentials saved',
    de: 'Zugangsdaten für Push gespeichert',
  },
  'session-settings.push-removed': {
    en: 'Push credentials removed',
    de: 'Zugangsdaten für Push entfernt',
  },
  'session-settings.digest-allowed': {
    en: 'Sessions by digest alone allowed',
    de: 'Sitzungen nur mit Digest erlaubt',
  },
  'session-settings.digest-forbidden': {
    en: 'Sessions by digest alone forbidden',
    de: 'Sitzungen nur mit Digest verboten',
  },
  'device.called': { en: 'Device asked to come', de: 'Gerät gerufen' },
  'wipe-guard.frozen': { en: 'All wipes frozen', de: 'Alles Zurücksetzen eingefroren' },
  'wipe-guard.thaw-asked': {
    en: 'First of two said that wipes may go on',
    de: 'Erste von zwei Personen hat das Zurücksetzen wieder erlaubt',
  },
  'wipe-guard.thawed': { en: 'Wipes may go on', de: 'Zurücksetzen wieder erlaubt' },
  'wipe-guard.limits-saved': {
    en: 'Limits of wipes saved',
    de: 'Grenzen für das Zurücksetzen gespeichert',
  },
  'device.unenrolled': { en: 'Device no longer managed', de: 'Gerät nicht mehr verwaltet' },
  'device.session-refused': {
    en: 'Session of a device refused',
    de: 'Sitzung eines Geräts abgelehnt',
  },
  'enrolment-settings.saved': {
    en: 'Rules of enrolment saved',
    de: 'Regeln der Registrierung gespeichert',
  },
  'terms-page.saved': {
    en: 'Page of terms of use saved',
    de: 'Seite der Nutzungsbedingungen gespeichert',
  },
  'enrolment.tested': {
    en: 'Enrolment tested from outside',
    de: 'Registrierung von außen getestet',
  },
  'enrolment-token.created': {
    en: 'Enrolment token made',
    de: 'Registrierungs-Token erstellt',
  },
  'enrolment-token.revoked': {
    en: 'Enrolment token revoked',
    de: 'Registrierungs-Token widerrufen',
  },
  'key.rotated': { en: 'Master key rotated', de: 'Hauptschlüssel gewechselt' },
  'database.migrated': { en: 'Database upgraded', de: 'Datenbank aktualisiert' },
  'audit.exported': { en: 'Audit log exported', de: 'Protokoll exportiert' },
  'audit.verified': { en: 'Audit log verified', de: 'Protokoll geprüft' },
  'audit.settings-saved': {
    en: 'Retention of the audit log changed',
    de: 'Aufbewahrung des Protokolls geändert',
  },
  'audit.removed': { en: 'Old events removed', de: 'Alte Einträge entfernt' },
  'audit.left-out': {
    en: 'Too many events to write each',
    de: 'Zu viele Ereignisse für einzelne Einträge',
  },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly de: string }>>
export type AuditAction = keyof typeof AUDIT_ACTIONS

export const AuditActorKind = z.enum([
  'administrator',
  'user',
  'token',
  'system',
  'command',
  'anonymous',
])
export type AuditActorKind = z.infer<typeof AuditActorKind>

export const AuditOutcome = z.enum(['succeeded', 'refused', 'failed'])
export type AuditOutcome = z.infer<typeof AuditOutcome>

const Value = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type AuditValue = z.infer<typeof Value>

/** A field that became another. A secret is `(secret)` before and after. */
export const AuditChange = z.object({ field: z.string(), before: Value, after: Value })
export type AuditChange = z.infer<typeof AuditChange>

/** One thing that somebody did, or was refused. */
export const AuditEvent = z.object({
  /** Grows by one within an organization, without gaps. */
  number: z.number().int(),
  at: Instant,
  actor: z.object({ kind: AuditActorKind, id: z.string().nullable(), name: z.string() }),
  /** E.g. `connection.saved`. */
  action: z.string(),
  /** The action in the reader's language. */
  title: z.string(),
  object: z
    .object({ kind: z.string(), id: z.string().nullable(), name: z.string().nullable() })
    .nullable(),
  outcome: AuditOutcome,
  changes: z.array(AuditChange),
  details: z.record(z.string(), Value),
  clientAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  /** At most 200 characters. */
  userAgent: z.string().nullable(),
  /** SHA-256 in hexadecimal over everything above but the title, and the hash of the event before. */
  previousHash: z.string(),
  hash: z.string(),
})
export type AuditEvent = z.infer<typeof AuditEvent>

const AuditFilter = z.object({
  /** An actor's id, or the whole name. */
  actor: z.string().min(1).max(300).optional(),
  actorKind: AuditActorKind.optional(),
  /** A whole action, or what it begins with: `connection`. */
  action: z
    .string()
    .max(100)
    .regex(/^[a-z][a-z.-]*$/)
    .optional(),
  /** An object's id, or the whole name. */
  object: z.string().min(1).max(300).optional(),
  objectKind: z.string().min(1).max(50).optional(),
  outcome: AuditOutcome.optional(),
  /** From then on. */
  from: Instant.optional(),
  /** Until before then. */
  to: Instant.optional(),
  /** Part of an actor's or an object's name. */
  search: z.string().trim().min(1).max(200).optional(),
})
export const AuditExportQuery = AuditFilter
export const AuditQuery = AuditFilter.extend({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(2000).optional(),
})
export const AuditPage = pageOf(AuditEvent)

/** What the chain of hashes says. `brokenAt` is the first number at which it does not hold. */
export const AuditVerification = z.object({
  state: z.enum(['intact', 'broken']),
  /** How many events were looked at, and from which number to which. */
  checked: z.number().int(),
  from: z.number().int(),
  to: z.number().int(),
  brokenAt: z.number().int().nullable(),
  /** `changed`: not what was written · `missing` · `added`: where none can be · `anchor`: what was removed as too old is not what was recorded. */
  reason: z.enum(['changed', 'missing', 'added', 'anchor']).nullable(),
  /** The same as a sentence, in the reader's language. */
  detail: z.string(),
  /** Of the last event looked at: noted elsewhere, it proves later that nothing before was rewritten. */
  hash: z.string(),
  verifiedAt: Instant,
})
export type AuditVerification = z.infer<typeof AuditVerification>

export const AuditSettings = z.strictObject({
  retentionDays: z.number().int().min(30).max(3650),
})
export const AuditSettingsAnswer = z.object({
  retentionDays: z.number().int(),
  /** The oldest event that is kept; null while there is none. */
  oldestAt: Instant.nullable(),
  /** How many were removed as too old. */
  removed: z.number().int(),
})
export type AuditSettingsAnswer = z.infer<typeof AuditSettingsAnswer>
