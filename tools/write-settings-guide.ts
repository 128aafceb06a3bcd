// Writes docs/guides/settings.md from the table of settings; a test says when that is due.
import { writeFileSync } from 'node:fs'
import { writeSettingsGuide } from '../server/src/app/settings-guide.ts'

writeFileSync('docs/guides/settings.md', writeSettingsGuide())
