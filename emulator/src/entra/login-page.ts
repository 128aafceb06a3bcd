/** A bare page of the login side. */
export function loginPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main>${body}</main></body></html>`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}

const style = `
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f4;color:#1b1b1b;font:15px/1.45 "Segoe UI",system-ui,sans-serif}
main{box-sizing:border-box;width:min(440px,100%);padding:36px 44px;background:#fff;box-shadow:0 2px 6px rgba(0,0,0,.2)}
h1{margin:0 0 12px;font-size:24px;font-weight:600}
h2{margin:20px 0 8px;font-size:17px;font-weight:600}
p,ul{margin:8px 0;overflow-wrap:anywhere}
label{display:block;margin-top:12px}
input[type=text]{box-sizing:border-box;width:100%;padding:7px 0;border:0;border-bottom:1px solid #666;font:inherit}
button{margin:16px 8px 0 0;padding:6px 18px;border:1px solid #8a8a8a;background:#fff;color:inherit;font:inherit;cursor:pointer}
button.tile{display:block;width:100%;margin:8px 0 0;padding:10px;border-color:transparent;text-align:left}
button:hover{background:#f0f0f0}
small{display:block;color:#4a4a4a}`
