/** A primitive that may not be mixed up with another of the same shape. */
export type Brand<Name extends string> = string & { readonly __brand: Name }
