/** As what a device knows us; part of many of its paths, and never changes. */
export const PROVIDER_ID = 'Mooring'
