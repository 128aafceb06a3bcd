import { LANGUAGES, type Texts } from '../texts.ts'
import { describeSchema } from './describe-schema.ts'
import { type Html, html, raw } from './html.ts'
import type { JsonSchema, OpenApi, Operation, Parameter } from './openapi.ts'

/**
 * The API as a page to read: no scripts, nothing from elsewhere.
 *
 * @param codes every problem code, each explained under `#problem-<code>`, where `type` leads.
 */
export function renderDocs(
  api: OpenApi,
  { texts, codes }: { texts: Texts; codes: readonly string[] },
) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mooring API</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header>
<h1>Mooring API</h1>
<p>Base address <code>${api.servers[0].url}</code>. Send <code>Authorization: Bearer mor_…</code> with an API token.
The same as a file for programs: <a href="${api.servers[0].url}/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<p>${String(api.info['description'])}</p>
</header>
<nav aria-label="Contents"><ul>
${api.tags.map(({ name }) => html`<li><a href="#${toId(name)}">${name}</a></li>`)}
<li><a href="#schemas">Schemas</a></li>
<li><a href="#problems">Problems</a></li>
</ul></nav>
<main>
${api.tags.map(({ name }) => renderTag(api, name))}
<section id="schemas"><h2>Schemas</h2>
${Object.entries(api.components.schemas).map(([name, schema]) => renderSchema(name, schema))}
</section>
<section id="problems"><h2>Problems</h2>
<p>What <code>code</code> says in an error answer. Titles and advice come in the language of <code>Accept-Language</code>: ${LANGUAGES.join(', ')}.</p>
<dl>${codes.map((code) => renderProblem(texts, code))}</dl>
</section>
</main>
</body>
</html>
`.text
}

function renderTag(api: OpenApi, tag: string): Html {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return html`<section id="${toId(tag)}"><h2>${tag}</h2>
${operations
  .filter(({ operation }) => operation.tags.includes(tag))
  .map(({ path, method, operation }) => renderOperation(path, method, operation))}
</section>`
}

function renderOperation(path: string, method: string, operation: Operation): Html {
  const body = operation.requestBody?.content['application/json']?.schema
  return html`<article id="${operation.operationId}">
<h3><code><b>${method.toUpperCase()}</b> ${path}</code></h3>
<p>${operation.summary}. ${operation.description.replaceAll('`', '')}</p>
${renderParameters(operation.parameters)}
${body ? html`<h4>Body</h4><pre>${describeSchema(body)}</pre>` : ''}
<h4>Answers</h4>
${Object.entries(operation.responses).map(([status, response]) => renderResponse(status, response))}
</article>
`
}

function renderParameters(parameters: readonly Parameter[]): Html | '' {
  const shown = parameters.filter(({ in: place }) => place === 'query')
  if (shown.length === 0) return ''
  return html`<h4>Query</h4><ul>${shown.map(
    ({ name, required, schema }) =>
      html`<li><code>${name}${required ? '' : '?'}: ${describeSchema(schema)}</code></li>`,
  )}</ul>`
}

function renderResponse(status: string, response: unknown): Html {
  const { description, content } = response as {
    description: string
    content?: Record<string, { schema: JsonSchema }>
  } // made by `describeApi`
  const schema = content?.['application/json']?.schema
  return html`<p><code>${status}</code> ${description}</p>${
    schema ? html`<pre>${describeSchema(schema)}</pre>` : ''
  }`
}

function renderSchema(name: string, schema: JsonSchema): Html {
  return html`<article id="schema-${name}"><h3><code>${name}</code></h3><pre>${describeSchema(schema)}</pre></article>
`
}

function renderProblem(texts: Texts, code: string): Html {
  const say = (part: string) => texts.say('en', `problem.${code}.${part}`)
  return html`<dt id="problem-${code}"><code>${code}</code></dt>
<dd>${say('title')}. ${say('detail')} <em>${say('remedy')}</em></dd>
`
}

const toId = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
article { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .5rem 0; }
h3 { font-size: 1rem; margin: .5rem 0; overflow-wrap: anywhere; } h4 { font-size: .9rem; margin: .75rem 0 .25rem; }
pre { overflow-x: auto; padding: .75rem; border-radius: .375rem; background: color-mix(in srgb, currentColor 8%, transparent); }
code, pre { font: .875rem/1.45 ui-monospace, monospace; }
article p { margin: .25rem 0; } dd { margin: 0 0 .75rem 1.5rem; }
:target { outline: 2px solid Highlight; outline-offset: .25rem; }
`
