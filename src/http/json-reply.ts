/** The good answer of an operation, for its `responses`: JSON of a schema, described in one sentence. */
export function jsonReply<Schema>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } } as const;
}
