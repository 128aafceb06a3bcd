// Copies the pictures that the documents show out of those the browser stories made last.
import { copyFileSync, existsSync } from 'node:fs'

const PICTURES = {
  'wide-en-light-overview.png': 'docs/images/overview.png',
  'wide-en-light-guide.png': 'docs/images/guide.png',
}

for (const [made, kept] of Object.entries(PICTURES)) {
  const from = `.reports/screenshots/${made}`
  if (existsSync(from)) {
    copyFileSync(from, kept)
  } else {
    console.error(`There is no ${from}. Run "npm run story" first.`)
    process.exitCode = 1
  }
}
