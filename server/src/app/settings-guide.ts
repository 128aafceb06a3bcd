import { SETTINGS, type Setting } from './settings.ts'

/** The page `docs/guides/settings.md`, made from the table of settings. */
export function writeSettingsGuide(): string {
  const rows = SETTINGS.map(({ name, meaning, ...rest }: Setting) => {
    const value = rest.default ?? '–'
    const shown = value.startsWith('`') || value === '–' ? value : `\`${value}\``
    return `| \`${name}\` | ${shown} | ${meaning.replaceAll('|', '\\|')} |`
  })

  return `# Settings

Mooring is set up by environment variables only. All problems are reported at once at start, by name,
and the process ends with code 2. What belongs to one organization is no setting: it is changed in the
portal.

<!-- Made by tools/write-settings-guide.ts from server/src/app/settings.ts. -->

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}

\`NO_COLOR\`, when set, keeps colours out of what commands print.
`
}
