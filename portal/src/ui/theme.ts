import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const harbour: MantineColorsTuple = [
  '#e9f6fa',
  '#d3eaf2',
  '#a5d4e4',
  '#72bcd5',
  '#4aa8c8',
  '#2a93b6',
  '#177d9f',
  '#0b6a84',
  '#08566c',
  '#064456',
]

const red: MantineColorsTuple = [
  '#fcebe9',
  '#f8d0cc',
  '#f0a6a0',
  '#ff9d95',
  '#f27a71',
  '#d2453d',
  '#c0352d',
  '#a8211b',
  '#8c1a15',
  '#701410',
]

const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Ubuntu, Cantarell, sans-serif'
const monospace =
  'ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'

/** One accent, the system's own letters, a grid of four pixels, 14 pixels as base. */
export const theme = createTheme({
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 6 },
  colors: { harbour, red },
  fontFamily: font,
  fontFamilyMonospace: monospace,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '18px', md: '20px', lg: '24px', xl: '28px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '28px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    NativeSelect: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
})

/** Mantine's own variables that our tokens decide (tokens.css). */
export const resolveVariables: CSSVariablesResolver = () => {
  const scheme = {
    '--mantine-color-body': 'var(--page)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-placeholder': 'var(--ink-faint)',
    '--mantine-color-anchor': 'var(--accent-ink)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--surface-hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-strong)',
    '--mantine-color-error': 'var(--wrong-ink)',
    '--mantine-color-red-light-color': 'var(--wrong-ink)',
    '--mantine-color-harbour-light-color': 'var(--accent-ink)',
  }
  return { variables: {}, light: scheme, dark: scheme }
}
