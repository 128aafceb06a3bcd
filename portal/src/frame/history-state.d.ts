import '@tanstack/react-router'

// What stands in a history entry beside its address.
declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The cursors of the pages before this one. */
    trail?: readonly string[]
    /** What the page is asked to do once. */
    wish?: 'startSync'
  }
}
