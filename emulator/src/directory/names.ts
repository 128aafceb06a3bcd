/** Names of our own invention for the emulated people, groups and machines: internationally mixed. */

export const givenNames = [
  'Ada',
  'Jürgen',
  'Zoë',
  'Łukasz',
  'Søren',
  'Inês',
  'Mária',
  'Ömer',
  'Çağla',
  'Noël',
  'Björk',
  'Thị Hồng',
  'José',
  'Anne-Sophie',
  'Renée',
  'Dvořák',
  'Håkon',
  'Siân',
  'Ngọc',
  'Françoise',
  'Müge',
  'Károly',
  'Ewa',
  'Tomáš',
  'Aoife',
  'Giulia',
  'Kwame',
  'Aiko',
  'Ravi',
  'Fatima',
  'Pierre',
  'Olga',
  'Mehmet',
  'Lena',
  'Paul',
  'Greta',
  'Hans-Peter',
  'Ines',
  'Jonas',
  'Katrin',
  'Leif',
  'Marlene',
  'Nils',
  'Petra',
  'Rahel',
  'Stefan',
  'Tilda',
  'Uwe',
  'Vera',
  'Wiebke',
  'Xenia',
  'Yusuf',
] as const

export const surnames = [
  'Müller',
  'Weiß',
  'Groß',
  'Jäger',
  'Schönfeld',
  'Østergaard',
  'Nowak',
  'Kowalczyk',
  'Sørensen',
  "O'Brien",
  'García Márquez',
  'da Conceição',
  'Nguyễn',
  'Yıldız',
  'Þórsdóttir',
  'Novák',
  'Ågren',
  'van den Berg',
  'de la Cruz',
  'Müller-Lüdenscheidt',
  'Papadopoulos',
  'Ivanova',
  'Tanaka',
  'Mensah',
  'Sharma',
  'Haddad',
  'Lefèvre',
  'Rossi',
  'Szabó',
  'Horváth',
  'Lindqvist',
  'Brandt',
  'Petersen',
  'Albers',
  'Claasen',
  'Dirks',
  'Ehlers',
  'Friese',
  'Gerdes',
  'Harms',
  'Ihnen',
  'Janssen',
  'Kruse',
  'Lührs',
  'Meints',
  'Onken',
  'Poppinga',
  'Quast',
  'Reents',
  'Saathoff',
  'Tjaden',
  'Ubben',
  'Voß',
] as const

/** A name of the length that breaks narrow tables. */
export const longName = {
  givenName: 'Maximiliana-Konstantina Theodora',
  surname: 'von und zu Hohenwaldeck-Schwarzenfels-Untertannenberg',
} as const

export const departments = [
  'Werft',
  'Logistik',
  'Einkauf',
  'IT',
  'Personal',
  'Finanzen',
  'Vertrieb',
  'Recht',
  'Qualität & Prüfung',
  'Forschung',
  'Ausbildung',
  'Kantine',
] as const

export const jobTitles = [
  'Schiffbauingenieurin',
  'Disponent',
  'Einkäufer',
  'System Engineer',
  'HR Business Partner',
  'Controller',
  'Account Manager',
  'Counsel',
  'Prüferin',
  'Researcher',
  'Auszubildende',
  'Koch',
] as const

export const cities = [
  {
    city: 'Emden',
    country: 'Germany',
    usageLocation: 'DE',
    language: 'de-DE',
    postalCode: '26721',
  },
  {
    city: 'Gdańsk',
    country: 'Poland',
    usageLocation: 'PL',
    language: 'pl-PL',
    postalCode: '80-001',
  },
  {
    city: 'Ålesund',
    country: 'Norway',
    usageLocation: 'NO',
    language: 'nb-NO',
    postalCode: '6002',
  },
  {
    city: 'Saint-Malo',
    country: 'France',
    usageLocation: 'FR',
    language: 'fr-FR',
    postalCode: '35400',
  },
  { city: 'Galway', country: 'Ireland', usageLocation: 'IE', language: 'en-IE', postalCode: 'H91' },
] as const

/** Where in a city the company is, and in which part of the country that lies. */
export const addresses: Readonly<Record<string, { street: string; state: string }>> = {
  Emden: { street: 'Am Delft', state: 'Niedersachsen' },
  Gdańsk: { street: 'ulica Doki', state: 'Pomorskie' },
  Ålesund: { street: 'Skippergata', state: 'Møre og Romsdal' },
  'Saint-Malo': { street: 'Quai Duguay-Trouin', state: 'Bretagne' },
  Galway: { street: 'Dock Road', state: 'Connacht' },
}

export const employeeTypes = [
  'Employee',
  'Employee',
  'Employee',
  'Contractor',
  'Apprentice',
] as const

export const models = [
  { manufacturer: 'Nordbyte', model: 'Deckbook 14', os: 'Windows', version: '10.0.26100.2894' },
  { manufacturer: 'Nordbyte', model: 'Deckbook 15 Pro', os: 'Windows', version: '10.0.22631.4751' },
  { manufacturer: 'Kontor', model: 'Tower T7', os: 'Windows', version: '10.0.19045.5371' },
  { manufacturer: 'Obstgarten', model: 'Air 13', os: 'MacMDM', version: '15.2' },
  { manufacturer: 'Fjordfon', model: 'F9', os: 'AndroidForWork', version: '15' },
] as const

const plain: Record<string, string> = {
  ß: 'ss',
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  ł: 'l',
  đ: 'd',
  þ: 'th',
  ı: 'i',
  æ: 'ae',
  å: 'aa',
}

/** A mail-safe spelling: umlauts written out, accents dropped. */
export function toMailName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[ßäöüøłđþıæå]/g, (letter) => plain[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^a-z0-9-]+/g, '')
}
