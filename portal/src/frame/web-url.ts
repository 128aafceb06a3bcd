/** Whether a URL from an answer may become a link: never `javascript:` or `data:`. */
export function isWebUrl(url: string): boolean {
  return /^https?:\/\//i.test(url)
}
