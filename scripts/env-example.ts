import { z } from "zod";
import { environmentSchema } from "../src/config.ts";

const LINE_CHARS_MAX = 96;
const HEADER =
  "# Settings of Sportello, made from src/config.ts by `node scripts/write-env-example.ts`.\n" +
  "# Copy to .env and change what you need; nothing is needed for `npm start`.\n";

/** The text of .env.example: every variable with its description, commented out at its default or an example. */
export function environmentExample(): string {
  const parts = Object.entries(environmentSchema.shape).map(([name, schema]) => {
    const { description, example } = schema.meta() ?? {};
    if (description === undefined) throw new Error(`${name} has no description`);
    const byDefault = schema.safeParse(undefined).data ?? example;
    const value = z.union([z.string(), z.number()]).parse(byDefault);
    return `${asComment(description)}\n#${name}=${value}\n`;
  });
  return [HEADER, ...parts].join("\n");
}

function asComment(text: string): string {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + word.length >= LINE_CHARS_MAX) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}
